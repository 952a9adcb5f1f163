import { findRootWithin } from '../distributions/find-root.ts';
import { normal } from '../distributions/normal.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Count, checkCounts } from './count.ts';
import { scoreOf } from './tango.ts';

/** A ratio with its interval; what grows without bound is null. */
export interface RatioInterval {
  /** 'unbounded': the denominator is 0, only a lower limit exists. 'undefined': 0/0. */
  readonly status: 'ok' | 'unbounded' | 'undefined';
  /** First over second, ≥ 0; null where the denominator is 0. */
  readonly estimate: number | null;
  /** Confidence level, inside (0, 1). */
  readonly level: number;
  /** At least 0; 0 where the numerator is 0, or no lower limit was asked for. */
  readonly lower: number;
  /** null where there is no bound above, or none was asked for. */
  readonly upper: number | null;
  /** 'miettinen-nurminen': score interval; 'fisher-conditional': exact, given both margins. */
  readonly method: 'miettinen-nurminen' | 'fisher-conditional';
}

/** z of an observed table against a ratio, and the ratio itself. */
interface RatioScore {
  readonly estimate: number;
  readonly isUndefined: boolean;
  score(ratio: number): number;
}

/**
 * Miettinen and Nurminen's score interval for the ratio of two independent rates, (k1/n1)/(k2/n2).
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * rateRatioInterval({ k: 56, n: 70 }, { k: 48, n: 80 }).lower.toFixed(3); // => '1.079'
 * ```
 * @see Miettinen and Nurminen 1985, Stat Med 4:213, doi 10.1002/sim.4780040211
 */
export function rateRatioInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number } = {},
): RatioInterval {
  checkCounts('rateRatioInterval', first, second);
  const [p1, p2] = [first.k / first.n, second.k / second.n];
  return interval('rateRatioInterval', options, {
    estimate: p1 / p2,
    isUndefined: first.k === 0 && second.k === 0,
    score: (ratio) => {
      const [r1, r2] = ratesOfRatio(first, second, ratio);
      const variance = (r1 * (1 - r1)) / first.n + (ratio * ratio * r2 * (1 - r2)) / second.n;
      return scoreOf(p1 - ratio * p2, corrected(Math.sqrt(variance), first, second));
    },
  });
}

/**
 * Miettinen and Nurminen's score interval for the odds ratio of two independent rates,
 * k1·(n2 − k2)/(k2·(n1 − k1)).
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * oddsRatioInterval({ k: 56, n: 70 }, { k: 48, n: 80 }).lower.toFixed(3); // => '1.282'
 * ```
 * @see Miettinen and Nurminen 1985, Stat Med 4:213, doi 10.1002/sim.4780040211
 */
export function oddsRatioInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number } = {},
): RatioInterval {
  checkCounts('oddsRatioInterval', first, second);
  const numerator = first.k * (second.n - second.k);
  const denominator = second.k * (first.n - first.k);
  return interval('oddsRatioInterval', options, {
    estimate: numerator / denominator,
    isUndefined: numerator === 0 && denominator === 0,
    score: (ratio) => {
      const [r1, r2] = ratesOfOddsRatio(first, second, ratio);
      const spread = 1 / (first.n * r1 * (1 - r1)) + 1 / (second.n * r2 * (1 - r2));
      return scoreOf(first.k - first.n * r1, corrected(1 / Math.sqrt(spread), first, second));
    },
  });
}

function interval(
  caller: string,
  options: { readonly level?: number },
  { estimate, isUndefined, score }: RatioScore,
): RatioInterval {
  const { level = 0.95 } = options;
  checkLevel(caller, level);
  const method = 'miettinen-nurminen';
  if (isUndefined) {
    return { status: 'undefined', estimate: null, level, lower: 0, upper: null, method };
  }
  const z = normal.upperQuantile((1 - level) / 2);
  const limit = (target: number, [low, high]: readonly [number, number]): number =>
    Math.exp(findRootWithin((log) => target - score(Math.exp(log)), low, high));
  const isUnbounded = estimate === Number.POSITIVE_INFINITY;
  const center = isUnbounded ? LARGEST_LOG : Math.max(-LARGEST_LOG, Math.log(estimate));
  return {
    status: isUnbounded ? 'unbounded' : 'ok',
    estimate: isUnbounded ? null : estimate,
    level,
    lower: estimate === 0 ? 0 : limit(z, [-LARGEST_LOG, center]),
    upper: isUnbounded ? null : limit(-z, [center, LARGEST_LOG]),
    method,
  };
}

/** Ratios are searched between e^−100 and e^100. */
const LARGEST_LOG = 100;

function corrected(se: number, first: Count, second: Count): number {
  const total = first.n + second.n;
  return se * Math.sqrt(total / (total - 1));
}

/** Rates of largest likelihood whose ratio is given: the smaller root of a quadratic. */
function ratesOfRatio(first: Count, second: Count, ratio: number): readonly [number, number] {
  const a = (first.n + second.n) * ratio;
  const b = first.n * ratio + first.k + second.n + second.k * ratio;
  const c = first.k + second.k;
  const rate = Math.min(1, (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c))));
  return [Math.min(1, rate * ratio), rate];
}

/** Rates of largest likelihood whose odds ratio is given: they keep the number of successes. */
function ratesOfOddsRatio(first: Count, second: Count, ratio: number): readonly [number, number] {
  const successes = first.k + second.k;
  const other = (r1: number): number =>
    Math.min(1, Math.max(0, (successes - first.n * r1) / second.n));
  const logOdds = (r: number): number => Math.log(r) - Math.log1p(-r);
  const r1 = findRootWithin(
    (r) => logOdds(r) - logOdds(other(r)) - Math.log(ratio),
    Math.max(0, (successes - second.n) / first.n),
    Math.min(1, successes / first.n),
  );
  return [r1, other(r1)];
}
