import { betaCdf, betaQuantile } from '@mammo/reader-study-stats';

/** The t with P(|T| ≤ t) = level for Student's t: ν/(ν + T²) has the distribution Beta(ν/2, ½). */
export function twoSidedT(level: number, degreesOfFreedom: number): number {
  const y = betaQuantile(1 - level, degreesOfFreedom / 2, 0.5);
  return Math.sqrt((degreesOfFreedom * (1 - y)) / y);
}

/** P(|T| > |t|), never 0. */
export function twoSidedTail(t: number, degreesOfFreedom: number): number {
  const p = betaCdf(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
  return Math.max(p, Number.MIN_VALUE);
}
