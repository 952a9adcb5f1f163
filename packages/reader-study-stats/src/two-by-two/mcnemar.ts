import { binomial } from '../distributions/binomial.ts';
import { chiSquared } from '../distributions/chi-squared.ts';
import type { StatisticalResult } from '../inference/test-result.ts';

/** How {@link mcNemarTest} gets its p-value. */
export type McNemarMethod = 'exact' | 'mid-p' | 'asymptotic' | 'asymptotic-corrected';

/** Result of {@link mcNemarTest}. */
export interface McNemarResult extends StatisticalResult {
  /** 'no-discordant-pairs': nothing changed, so p-values are 1 and there is no estimate. */
  readonly status: 'ok' | 'no-discordant-pairs';
  /** Pairs that are yes first and no second. */
  readonly b: number;
  /** Pairs that are no first and yes second. */
  readonly c: number;
  /** b/(b + c), which is ½ under the null. */
  readonly estimate: number | null;
  readonly se: null;
  /** (b − c)²/(b + c), or (|b − c| − 1)²/(b + c); null for the exact methods. */
  readonly statistic: number | null;
  readonly dist: 'chi-square' | null;
  readonly df: 1 | null;
  /** Two-sided, by the method asked for. */
  readonly pValue: number;
  /** Two-sided mid-P value (the exact one less the probability of what was observed). */
  readonly midPValue: number;
  readonly alternative: 'two-sided';
  readonly ci: null;
}

/**
 * McNemar's test of paired yes/no outcomes: under the null b ~ Binomial(b + c, ½).
 *
 * @param b pairs that are yes first and no second
 * @param c pairs that are no first and yes second
 * @param options method: default 'exact'
 * @throws RangeError if a count is not a whole number ≥ 0
 * @example
 * ```ts
 * mcNemarTest(0, 5).pValue; // => 0.0625
 * mcNemarTest(15, 5, { method: 'asymptotic' }).statistic; // => 5
 * ```
 * @see McNemar 1947, Psychometrika 12:153, doi 10.1007/BF02295996
 * @see Fagerland, Lydersen and Laake 2013 (mid-P), doi 10.1186/1471-2288-13-91
 */
export function mcNemarTest(
  b: number,
  c: number,
  options: { readonly method?: McNemarMethod } = {},
): McNemarResult {
  for (const count of [b, c]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`mcNemarTest: counts must be whole and >= 0, got ${b} and ${c}`);
    }
  }
  const { method = 'exact' } = options;
  const n = b + c;
  const { exact, midP } = exactPValues(b, c);
  const statistic = method.startsWith('asymptotic') && n > 0 ? chiSquareOf(b, c, method) : null;
  const asymptotic = statistic === null ? 1 : chiSquared({ df: 1 }).sf(statistic);
  const pValue = { exact, 'mid-p': midP, asymptotic, 'asymptotic-corrected': asymptotic }[method];
  return {
    status: n === 0 ? 'no-discordant-pairs' : 'ok',
    b,
    c,
    estimate: n === 0 ? null : b / n,
    se: null,
    statistic,
    dist: statistic === null ? null : 'chi-square',
    df: statistic === null ? null : 1,
    pValue: Math.max(Number.MIN_VALUE, pValue),
    midPValue: Math.max(Number.MIN_VALUE, midP),
    alternative: 'two-sided',
    ci: null,
    design: 'paired',
    n: { discordantPairs: n },
    warnings: [],
    method: `mcnemar-${method}`,
    references: [
      'McNemar 1947, doi 10.1007/BF02295996',
      'Fagerland et al. 2013, doi 10.1186/1471-2288-13-91',
    ],
  };
}

function exactPValues(b: number, c: number): { readonly exact: number; readonly midP: number } {
  if (b + c === 0) return { exact: 1, midP: 1 };
  const { cdf, pmf } = binomial({ trials: b + c, probability: 0.5 });
  const k = Math.min(b, c);
  const exact = Math.min(1, 2 * cdf(k));
  return { exact, midP: exact - pmf(k) };
}

function chiSquareOf(b: number, c: number, method: McNemarMethod): number {
  const correction = method === 'asymptotic-corrected' ? 1 : 0;
  return Math.max(0, Math.abs(b - c) - correction) ** 2 / (b + c);
}
