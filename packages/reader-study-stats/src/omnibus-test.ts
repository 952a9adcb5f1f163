import { betaSf } from './beta.ts';
import { normalSf } from './normal.ts';
import type { OmnibusResult, ResultContext } from './test-result.ts';

/** The test of a ratio of mean squares against F with df = [numerator, denominator]. */
export function fTest(
  statistic: number,
  df: readonly [number, number],
  context: ResultContext,
): OmnibusResult {
  return omnibus(statistic, 'F', df, fSf(statistic, df[0], df[1]), context);
}

/** The test of a quadratic form against χ² with df degrees of freedom. */
export function chiSquareTest(
  statistic: number,
  df: number,
  context: ResultContext,
): OmnibusResult {
  return omnibus(statistic, 'chi-square', [df], chiSquareSf(statistic, df), context);
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

function fSf(f: number, numerator: number, denominator: number): number {
  const x = (numerator * f) / (numerator * f + denominator);
  return betaSf(x, numerator / 2, denominator / 2);
}

/** Q(ν) = Q(ν − 2) + (x/2)^(ν/2 − 1)·e^(−x/2)/Γ(ν/2), from Q(1) = 2·(1 − Φ(√x)) or Q(2) = e^(−x/2). */
function chiSquareSf(x: number, df: number): number {
  const isOdd = df % 2 === 1;
  let sum = isOdd ? 2 * normalSf(Math.sqrt(x)) : Math.exp(-x / 2);
  let term = Math.exp(-x / 2) * (isOdd ? Math.sqrt((2 * x) / Math.PI) : x / 2);
  for (let k = isOdd ? 3 : 4; k <= df; k += 2) {
    sum += term;
    term *= x / k;
  }
  return sum;
}
