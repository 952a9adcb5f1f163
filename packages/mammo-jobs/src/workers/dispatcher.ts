import type { ChunkReply, ChunkRequest } from './messages.ts';

/** Whoever does chunks: processes of this machine, or a queue's workers. */
export interface Dispatcher {
  /** How many chunks may be under way at once. */
  readonly lanes: number;
  /**
   * Has a chunk done, and its result kept.
   *
   * @throws WorkerError if it was not done
   * @throws the signal's reason
   */
  run(request: ChunkRequest, signal: AbortSignal): Promise<ChunkReply>;
  /** Ends workers or connections; called once, after the last chunk. */
  close(): Promise<void>;
}
