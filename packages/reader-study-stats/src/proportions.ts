import { beta } from './distributions/beta.ts';
import { normal } from './distributions/normal.ts';

/** How the interval of a proportion is computed. */
export type IntervalMethod = 'wilson' | 'clopper-pearson';

/** k of n, with a two-sided confidence interval. */
export interface EstimatedProportion {
  readonly status: 'ok';
  /** Successes; whole except where "unsure" counts a half. */
  readonly k: number;
  readonly n: number;
  /** k / n. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  readonly method: IntervalMethod;
}

/** 0 of 0: there is no rate, and nothing is made up for it. */
export interface EmptyProportion {
  readonly status: 'empty';
  readonly k: 0;
  readonly n: 0;
  readonly rate: null;
  readonly lower: null;
  readonly upper: null;
  readonly level: number;
  readonly method: IntervalMethod;
}

/** A proportion that may have an empty denominator; `status` tells. */
export type Proportion = EstimatedProportion | EmptyProportion;

/** Options of the functions that give an interval. */
export interface ProportionOptions {
  /** Confidence level in (0, 1); default 0.95. */
  readonly level?: number;
  /** Interval method; default 'wilson'. */
  readonly method?: IntervalMethod;
}

/**
 * k of n with the interval of the method asked for, or status 'empty' when n is 0.
 *
 * @param k successes, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 0
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * proportion(0, 0).status; // => 'empty'
 * ```
 */
export function proportion(k: number, n: number, options: ProportionOptions = {}): Proportion {
  const { level = 0.95, method = 'wilson' } = options;
  if (k === 0 && n === 0) {
    checkLevel('proportion', level);
    return { status: 'empty', k, n, rate: null, lower: null, upper: null, level, method };
  }
  return method === 'wilson'
    ? wilsonInterval(k, n, { level })
    : clopperPearsonInterval(k, n, { level });
}

/**
 * Wilson's score interval (no continuity correction):
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @param k successes, 0 ≤ k ≤ n; fractions are accepted (a half for "unsure") and the interval is then
 *   an approximation
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * const { lower, upper } = wilsonInterval(42, 44);
 * [lower.toFixed(3), upper.toFixed(3)]; // => ['0.849', '0.987']
 * ```
 * @see Wilson 1927, J Am Stat Assoc 22:209, doi 10.1080/01621459.1927.10502953
 */
export function wilsonInterval(
  k: number,
  n: number,
  options: { readonly level?: number } = {},
): EstimatedProportion {
  const { level = 0.95 } = options;
  checkCounts('wilsonInterval', k, n, level);
  const z = normal.quantile((1 + level) / 2);
  const rate = k / n;
  const scale = 1 + (z * z) / n;
  const center = (rate + (z * z) / (2 * n)) / scale;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / scale;
  const lower = k === 0 ? 0 : Math.max(0, center - half);
  const upper = k === n ? 1 : Math.min(1, center + half);
  return { status: 'ok', k, n, rate, lower, upper, level, method: 'wilson' };
}

/**
 * Clopper and Pearson's exact interval, from the quantiles of the beta distribution.
 *
 * @param k successes, a whole number, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 1
 * @throws RangeError if k, n or level is outside its range
 * @see Clopper and Pearson 1934, Biometrika 26:404, doi 10.1093/biomet/26.4.404
 */
export function clopperPearsonInterval(
  k: number,
  n: number,
  options: { readonly level?: number } = {},
): EstimatedProportion {
  const { level = 0.95 } = options;
  checkCounts('clopperPearsonInterval', k, n, level);
  if (!Number.isInteger(k)) {
    throw new RangeError(`clopperPearsonInterval: k must be a whole number, got ${k}`);
  }
  const tail = (1 - level) / 2;
  const lower = k === 0 ? 0 : beta({ a: k, b: n - k + 1 }).quantile(tail);
  const upper = k === n ? 1 : beta({ a: k + 1, b: n - k }).upperQuantile(tail);
  return { status: 'ok', k, n, rate: k / n, lower, upper, level, method: 'clopper-pearson' };
}

/** @throws RangeError unless 0 < level < 1 */
export function checkLevel(caller: string, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`${caller}: level must lie between 0 and 1, got ${level}`);
  }
}

function checkCounts(caller: string, k: number, n: number, level: number): void {
  checkLevel(caller, level);
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`${caller}: n must be a whole number of at least 1, got ${n}`);
  }
  if (!(k >= 0 && k <= n)) {
    throw new RangeError(`${caller}: k must lie between 0 and n = ${n}, got ${k}`);
  }
}
