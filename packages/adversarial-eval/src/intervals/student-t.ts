import { studentT } from '@mammo/reader-study-stats';

/** The t with P(|T| ≤ t) = level for Student's t. */
export function twoSidedT(level: number, degreesOfFreedom: number): number {
  return studentT({ df: degreesOfFreedom }).upperQuantile((1 - level) / 2);
}

/** P(|T| > |t|), never 0. */
export function twoSidedTail(t: number, degreesOfFreedom: number): number {
  return Math.max(2 * studentT({ df: degreesOfFreedom }).sf(Math.abs(t)), Number.MIN_VALUE);
}
