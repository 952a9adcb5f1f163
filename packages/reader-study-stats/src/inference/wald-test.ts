import { normal } from '../distributions/normal.ts';
import { studentT } from '../distributions/student-t.ts';
import {
  type Alternative,
  type ConfidenceInterval,
  pValueOf,
  type ResultContext,
  type TestResult,
  undefinedResult,
  type ZeroVarianceResult,
} from './test-result.ts';

/** An estimate and what is known of its error. */
export interface WaldEstimate {
  readonly estimate: number;
  readonly se: number;
  /** Degrees of freedom of the standard error; null: the normal distribution. */
  readonly df: number | null;
  readonly alternative: Alternative;
  /** Level of the two-sided interval. */
  readonly level: number;
  /** Value under the null hypothesis; default 0. */
  readonly nullValue?: number;
  /** The interval; default estimate ± quantile·se. A score test has its own. */
  readonly ci?: ConfidenceInterval;
}

/**
 * The test (estimate − null)/se against Student's t (or the normal distribution), with the interval
 * estimate ± quantile·se: the last step of every test of a mean or a difference.
 *
 * @param context method, references, …, and whatever else is to stand in the result
 */
export function waldTest<Context extends ResultContext>(
  { estimate, se, df, alternative, level, nullValue = 0, ci }: WaldEstimate,
  context: Context,
): (TestResult | ZeroVarianceResult) & Context {
  if (se === 0) return undefinedResult('zero-variance', { estimate, se, alternative }, context);
  const statistic = (estimate - nullValue) / se;
  const { sf, quantile } = df === null ? normal : studentT({ df });
  const half = se * quantile((1 + level) / 2);
  return {
    status: 'ok',
    estimate,
    se,
    statistic,
    dist: df === null ? 'normal' : 't',
    df,
    pValue: pValueOf(statistic, alternative, sf),
    alternative,
    ci: ci ?? { level, lower: estimate - half, upper: estimate + half, method: context.method },
    ...context,
  };
}

/** The quantile at (1 + level)/2 of Student's t, or of the normal distribution without df. */
export function twoSidedQuantile(level: number, df: number | null): number {
  const p = (1 + level) / 2;
  return df === null ? normal.quantile(p) : studentT({ df }).quantile(p);
}
