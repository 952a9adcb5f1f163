/**
 * Why a chunk was not done. `died`: its process ended, or was ended because it took too long. `system`: the disk, the memory or the
 * network failed, which may pass. `failed`: the work itself threw. `setup`: no worker can start, so that nothing can be done.
 */
export type WorkerErrorCode = 'died' | 'system' | 'failed' | 'setup';

/** Thrown for a chunk that was not done. */
export class WorkerError extends Error {
  /** Who is to blame, which decides whether to wait, to try again, or to give up. */
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string) {
    super(message);
    this.name = 'WorkerError';
    this.code = code;
  }
}
