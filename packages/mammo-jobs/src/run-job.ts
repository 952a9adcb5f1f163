import type { ManifestRow } from '@mammo/mammo-io';
import { type Chunk, chunksOf } from './chunks/chunk.ts';
import { chunkShelf, reviewShelf } from './chunks/chunk-shelf.ts';
import { claimStore, type JobDescription, jobId } from './job-description.ts';
import type { OperationChoice } from './operations/operation.ts';
import { type JobProgress, progressMeter } from './progress.ts';
import { publishResults } from './results/publish-results.ts';
import type { ResultFormat } from './results/write-results.ts';
import { runChunks } from './run-chunks.ts';
import { removeUnfinished } from './storage/folder-store.ts';
import { lockStore } from './storage/lock.ts';
import { isFolder, openStore } from './storage/open-store.ts';
import type { Dispatcher } from './workers/dispatcher.ts';
import type { ChunkReply, WorkerSetup } from './workers/messages.ts';
import { waitOut } from './workers/wait-out.ts';
import { WorkerError } from './workers/worker-error.ts';

/** A job and how it runs. */
export interface RunJobOptions {
  /** The images, their paths absolute: `readManifestFile` of mammo-io. */
  readonly images: readonly ManifestRow[];
  /** SHA-256 of the manifest. */
  readonly manifestSha256: string;
  /** What is done to each image. */
  readonly operation: OperationChoice;
  /**
   * Where results go: a folder, `s3://BUCKET/PREFIX`, or the `file:` URL of a module that exports `openStore`. One that holds the
   * same job goes on with it.
   */
  readonly folder: string;
  /** Images of a chunk, which is done and kept at once; default 32. */
  readonly chunkSize?: number;
  /** Default `['jsonl']`. */
  readonly formats?: readonly ResultFormat[];
  /** Does chunks with images in quarantine again. */
  readonly retryQuarantined?: boolean;
  /** Of all machines together, for the cost per 1,000 images. */
  readonly pricePerHour?: number;
  /** How long to wait for a full disk or a lost network; default 10 minutes. */
  readonly patienceMs?: number;
  /** Ends the run with the signal's reason; what is done is kept, and the next run goes on from there. */
  readonly signal?: AbortSignal;
  /** Called at the start and after each chunk. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** Told what goes wrong and is tried again. */
  readonly onTrouble?: (message: string) => void;
}

/** A job that is done. */
export interface JobResult {
  /** Images with a record. */
  readonly records: number;
  /** Images with a reason in place of a record. */
  readonly quarantined: number;
  /** Of this run. */
  readonly progress: JobProgress;
}

/** Damaged results are found when they are read, and done again; a disk that damages them every time is no place for a job. */
const ROUNDS = 5;

/**
 * Runs a job to its end: exactly one record or one reason for each image, in files that are the same, byte by byte, however often
 * workers, this process or the machine died on the way.
 *
 * @param startDispatcher - who does the chunks: `processPool`, or `queueDispatcher`
 * @throws FolderLockedError if another process is at it
 * @throws OtherJobError if the folder holds another job
 * @throws WorkerError if it cannot go on; what is done is kept
 * @throws the signal's reason
 */
export async function runJob(
  options: RunJobOptions,
  startDispatcher: (setup: WorkerSetup) => Dispatcher | Promise<Dispatcher>,
): Promise<JobResult> {
  const { images, operation, folder, chunkSize = 32 } = options;
  const description: JobDescription = {
    operation,
    manifestSha256: options.manifestSha256,
    images: images.length,
    chunkSize,
  };
  const job = jobId(description);
  const chunks = chunksOf(images, chunkSize);
  const { signal = new AbortController().signal, onTrouble = () => undefined } = options;
  const waiting = { signal, onTrouble, patienceMs: options.patienceMs ?? 600_000 };
  const store = await openStore(folder);
  const unlock = await waitOut(() => lockStore(store, 'job.lock', { place: folder }), waiting);
  try {
    await waitOut(() => claimStore(store, description), waiting);
    const shelf = chunkShelf(store, job);
    const review = await reviewShelf(chunks, shelf, options);
    for (const chunk of review.missing) await shelf.remove(chunk); // else workers would find it done
    const before = { done: review.images, total: images.length, quarantined: review.quarantined };
    const meter = progressMeter(before, options);
    options.onProgress?.(meter.now());
    const doChunks = async (missing: readonly Chunk[], round: number): Promise<void> => {
      const dispatcher = await startDispatcher({ job, operation, folder });
      const onChunk = (_: Chunk, reply: ChunkReply): void => {
        if (round === 1) meter.add(reply);
        options.onProgress?.(meter.now());
      };
      await runChunks(missing, dispatcher, { ...waiting, onChunk }).finally(dispatcher.close);
    };
    let { missing } = review;
    for (let round = 1; round <= ROUNDS; round++) {
      if (missing.length > 0) await doChunks(missing, round);
      const target = { store, folder, formats: options.formats ?? ['jsonl'] } as const;
      const written = await waitOut(() => publishResults(chunks, shelf, target), waiting);
      missing = written.damaged;
      if (missing.length === 0) {
        if (isFolder(folder)) await removeUnfinished(folder);
        const { records, quarantined } = written;
        return { records, quarantined, progress: meter.now() };
      }
      for (const chunk of missing) await shelf.remove(chunk);
      onTrouble(`${missing.length} chunks are damaged and done again`);
    }
    throw new WorkerError(
      'system',
      `runJob: results must be read as they were written, got damaged ones ${ROUNDS} times`,
    );
  } finally {
    await unlock();
  }
}
