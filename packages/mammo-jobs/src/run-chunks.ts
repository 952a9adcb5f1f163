import { setMaxListeners } from 'node:events';
import type { Chunk, ImageProblem } from './chunks/chunk.ts';
import type { Dispatcher } from './workers/dispatcher.ts';
import type { ChunkReply, ChunkRequest } from './workers/messages.ts';
import { type WaitOutOptions, waitOut } from './workers/wait-out.ts';
import { WorkerError } from './workers/worker-error.ts';

/** How {@link runChunks} works. */
export interface RunChunksOptions extends WaitOutOptions {
  /** Told each chunk that is done. */
  readonly onChunk: (chunk: Chunk, reply: ChunkReply) => void;
}

/** As often as this must a chunk, or an image alone, fail before it is taken for the cause. */
const TRIES = 3;

/**
 * Has all chunks done, as many at once as there are lanes. A chunk whose worker dies or fails is given to others; after three
 * times its images are tried alone, and those that still kill or fail are put into quarantine.
 *
 * @throws WorkerError `setup` if no worker can start, `system` when the patience is over, `failed` if a chunk fails though each of
 *   its images does not
 * @throws the signal's reason
 */
export async function runChunks(
  chunks: readonly Chunk[],
  dispatcher: Dispatcher,
  options: RunChunksOptions,
): Promise<void> {
  const queue = chunks.values();
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  setMaxListeners(0, signal); // each chunk under way listens
  const lane = async (): Promise<void> => {
    for (const chunk of queue) {
      if (signal.aborted) return;
      try {
        options.onChunk(chunk, await runChunk(chunk, dispatcher, { ...options, signal }));
      } catch (error) {
        failure.abort(error); // the first reason stays
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(dispatcher.lanes, chunks.length) }, lane));
  signal.throwIfAborted();
}

async function runChunk(
  chunk: Chunk,
  dispatcher: Dispatcher,
  options: RunChunksOptions,
): Promise<ChunkReply> {
  const quarantine: Record<number, ImageProblem> = {};
  for (let round = 1; ; round++) {
    const outcome = await tryRequest({ chunk, quarantine }, dispatcher, options);
    if ('reply' in outcome) return outcome.reply;
    const found = await findCulprits(chunk, dispatcher, options);
    Object.assign(quarantine, found);
    if (Object.keys(found).length === 0 && round >= TRIES) {
      throw new WorkerError(
        'failed',
        `runChunks: chunk ${chunk.index} must be done once its images are, got ${outcome.error.message}`,
      );
    }
  }
}

/** Does each image of a chunk alone; returns those that killed or failed their worker every time. */
async function findCulprits(
  chunk: Chunk,
  dispatcher: Dispatcher,
  options: RunChunksOptions,
): Promise<Readonly<Record<number, ImageProblem>>> {
  options.onTrouble(`chunk ${chunk.index} failed ${TRIES} times: its images are tried one by one`);
  const culprits: Record<number, ImageProblem> = {};
  for (const probe of chunk.images.keys()) {
    const outcome = await tryRequest({ chunk, quarantine: {}, probe }, dispatcher, options);
    if ('error' in outcome) culprits[probe] = problemOf(outcome.error);
  }
  return culprits;
}

function problemOf({ code, message }: WorkerError): ImageProblem {
  return code === 'died'
    ? { code: 'deadly', message: `the process that worked on it died ${TRIES} times` }
    : { code: 'failed', message };
}

/** Tries a request until it is done, or has died or failed three times; what is the system's is waited for. */
async function tryRequest(
  request: ChunkRequest,
  dispatcher: Dispatcher,
  options: RunChunksOptions,
): Promise<{ readonly reply: ChunkReply } | { readonly error: WorkerError }> {
  const attempt = () => dispatcher.run(request, options.signal);
  for (let failures = 1; ; failures++) {
    try {
      return { reply: await waitOut(attempt, options) };
    } catch (error) {
      if (!(error instanceof WorkerError && ['died', 'failed'].includes(error.code))) throw error;
      options.onTrouble(`chunk ${request.chunk.index}: ${error.message}`);
      if (failures === TRIES) return { error };
    }
  }
}
