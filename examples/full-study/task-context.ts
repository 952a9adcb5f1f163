import type { Progress } from './progress.ts';

/** What a background task may use besides its input. */
export interface TaskContext {
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}
