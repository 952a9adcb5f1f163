import { chiSquared } from '../distributions/chi-squared.ts';
import { fisherF } from '../distributions/fisher-f.ts';
import type { OmnibusResult, ResultContext } from './test-result.ts';

/** The test of a ratio of mean squares against F with df = [numerator, denominator]. */
export function fTest(
  statistic: number,
  df: readonly [number, number],
  context: ResultContext,
): OmnibusResult {
  return omnibus(statistic, 'F', df, fisherF({ df }).sf(statistic), context);
}

/** The test of a quadratic form against χ² with df degrees of freedom. */
export function chiSquareTest(
  statistic: number,
  df: number,
  context: ResultContext,
): OmnibusResult {
  return omnibus(statistic, 'chi-square', [df], chiSquared({ df }).sf(statistic), context);
}

function omnibus(
  statistic: number,
  dist: OmnibusResult['dist'],
  df: readonly number[],
  tail: number,
  context: ResultContext,
): OmnibusResult {
  return {
    status: 'ok',
    estimate: null,
    se: null,
    statistic,
    dist,
    df,
    pValue: Math.min(1, Math.max(tail, Number.MIN_VALUE)),
    alternative: 'two-sided',
    ci: null,
    ...context,
  };
}
