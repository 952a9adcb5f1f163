import { type DiscreteDistribution, distribution } from './distribution.ts';
import { wholeQuantile } from './find-root.ts';
import { deviance } from './special/deviance.ts';
import { exactProduct } from './special/exact-product.ts';
import { betaPoint, betaTails } from './special/incomplete-beta.ts';
import { factorialRemainder } from './special/log-gamma.ts';
import { ALL_LOWER, ALL_UPPER, flipped, type Tails } from './special/tails.ts';

/**
 * The binomial distribution: P(X > k) = I_p(k + 1, n − k). Relative error below 1e-12.
 *
 * @param parameters trials: whole, ≥ 0; probability of success, in [0, 1]
 * @throws RangeError if a parameter is outside its range
 * @example
 * ```ts
 * binomial({ trials: 5, probability: 0.5 }).cdf(0); // => 0.03125
 * ```
 */
export function binomial(parameters: {
  readonly trials: number;
  readonly probability: number;
}): DiscreteDistribution {
  const { trials, probability } = parameters;
  if (!(Number.isSafeInteger(trials) && trials >= 0)) {
    throw new RangeError(`binomial: trials must be a whole number >= 0, got ${trials}`);
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`binomial: probability must lie in [0, 1], got ${probability}`);
  }
  const tails = (x: number): Tails => {
    const k = Math.floor(x);
    if (k < 0) return ALL_UPPER;
    if (k >= trials) return ALL_LOWER;
    return flipped(betaTails(betaPoint(probability, k + 1, trials - k)));
  };
  const support = [0, trials] as const;
  return {
    ...distribution({
      name: 'binomial',
      support,
      tails,
      find: (target) => wholeQuantile(tails, target, support),
    }),
    pmf: (k) => {
      if (!Number.isInteger(k) || k < 0 || k > trials) return 0;
      return Math.exp(logTerm(k, trials, probability));
    },
  };
}

/** log P(X = k). @see Loader 2000, Fast and accurate computation of binomial probabilities */
function logTerm(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return k === n * p ? 0 : Number.NEGATIVE_INFINITY;
  const [mean, rest] = exactProduct(n, p);
  const excess = k - mean - rest;
  return (
    factorialRemainder(n) -
    factorialRemainder(k) -
    factorialRemainder(n - k) -
    deviance(k, mean, excess) -
    deviance(n - k, n * (1 - p), -excess)
  );
}
