/** A two-sided confidence interval. */
export interface ConfidenceInterval {
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
  readonly method: string;
}

/** Which way a test looks; 'greater' means that the estimate is above zero. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** A difference with its test. */
export interface TestResult {
  readonly status: 'ok';
  readonly estimate: number;
  readonly se: number;
  readonly statistic: number;
  readonly dist: 'normal' | 't';
  /** Degrees of freedom; null for the normal distribution. */
  readonly df: number | null;
  /** In (0, 1]; never 0: what underflows is given as the smallest positive number. */
  readonly pValue: number;
  readonly alternative: Alternative;
  readonly ci: ConfidenceInterval;
  readonly method: string;
}

/** The variance is estimated as zero, so there is neither a statistic nor a p-value. */
export interface ZeroVarianceResult {
  readonly status: 'zero-variance';
  readonly estimate: number;
  readonly alternative: Alternative;
  readonly method: string;
}

/** The p-value of a statistic whose upper tail is given by `sf`. */
export function pValueOf(
  statistic: number,
  alternative: Alternative,
  sf: (x: number) => number,
): number {
  const p =
    alternative === 'two-sided'
      ? 2 * sf(Math.abs(statistic))
      : sf(alternative === 'greater' ? statistic : -statistic);
  return Math.min(1, Math.max(p, Number.MIN_VALUE));
}
