import type { Chunk, ImageProblem } from '../chunks/chunk.ts';
import type { OperationChoice } from '../operations/operation.ts';

/** What a worker must know before its first chunk. */
export interface WorkerSetup {
  /** Name of the job. */
  readonly job: string;
  /** What to open before the first chunk. */
  readonly operation: OperationChoice;
  /** Of the job's store: a folder, `s3://BUCKET/PREFIX`, or the URL of a module. */
  readonly folder: string;
}

/** A chunk for a worker. */
export interface ChunkRequest {
  /** Whose images are to be done. */
  readonly chunk: Chunk;
  /** Images of the chunk that must not be touched, by their place in it, with the reason. */
  readonly quarantine: Readonly<Record<number, ImageProblem>>;
  /** Does this image alone and keeps nothing, to see whether the worker survives it. */
  readonly probe?: number;
}

/** What came of a chunk that was done and kept. */
export interface ChunkReply {
  /** Images of the chunk. */
  readonly images: number;
  /** Of these, those with a reason in place of a record. */
  readonly quarantined: number;
  /** Time that the worker was at it. */
  readonly elapsedMs: number;
  /** Memory of the worker's process afterwards. */
  readonly rssMiB: number;
}

/** What a worker is sent. */
export type ToWorker =
  | { readonly kind: 'setup'; readonly setup: WorkerSetup }
  | { readonly kind: 'chunk'; readonly request: ChunkRequest };

/** What a worker says. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly reply: ChunkReply }
  | {
      readonly kind: 'failed';
      readonly failure: { readonly message: string; readonly code?: string };
    };
