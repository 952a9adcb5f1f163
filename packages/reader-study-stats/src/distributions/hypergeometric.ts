import { type DiscreteDistribution, distribution } from './distribution.ts';
import { wholeQuantile } from './find-root.ts';
import { deviance } from './special/deviance.ts';
import { exactProduct } from './special/exact-product.ts';
import { factorialRemainder } from './special/log-gamma.ts';
import { ALL_LOWER, ALL_UPPER, flipped, fromLogLower, type Tails } from './special/tails.ts';

/** Parameters of {@link hypergeometric}: whole numbers ≥ 0. */
export interface HypergeometricParameters {
  /** How many there are in all. */
  readonly population: number;
  /** How many of the population are successes. */
  readonly successes: number;
  /** How many are drawn, without replacement. */
  readonly draws: number;
}

/**
 * The hypergeometric distribution: successes among draws without replacement. Relative error below 1e-12.
 *
 * @param parameters successes and draws at most population
 * @throws RangeError if a parameter is outside its range
 * @example
 * ```ts
 * hypergeometric({ population: 8, successes: 4, draws: 4 }).sf(2).toFixed(6); // => '0.242857'
 * ```
 */
export function hypergeometric(parameters: HypergeometricParameters): DiscreteDistribution {
  const { population, successes, draws } = parameters;
  for (const [key, value] of Object.entries({ population, successes, draws })) {
    if (!(Number.isSafeInteger(value) && value >= 0 && value <= population)) {
      throw new RangeError(
        `hypergeometric: ${key} must be a whole number from 0 to population, got ${value}`,
      );
    }
  }
  const support = [
    Math.max(0, draws + successes - population),
    Math.min(draws, successes),
  ] as const;
  const tails = (x: number): Tails => {
    const k = Math.floor(x);
    if (k < support[0]) return ALL_UPPER;
    if (k >= support[1]) return ALL_LOWER;
    if (k < (draws * successes) / population) return lowerTail(k, parameters);
    // The failures among the draws are at most draws − k − 1 where the successes are more than k.
    const failures = { population, successes: population - successes, draws };
    return flipped(lowerTail(draws - k - 1, failures));
  };
  return {
    ...distribution({
      name: 'hypergeometric',
      support,
      tails,
      find: (target) => wholeQuantile(tails, target, support),
    }),
    pmf: (k) => {
      if (!Number.isInteger(k) || k < support[0] || k > support[1]) return 0;
      return Math.exp(logTerm(k, parameters));
    },
  };
}

/** The terms from k down to the smallest, relative to that of k. */
function lowerTail(k: number, parameters: HypergeometricParameters): Tails {
  const { population, successes, draws } = parameters;
  let term = 1;
  let sum = 1;
  for (let i = k; i > 0 && term > 1e-18 * sum; i--) {
    term *= (i / (successes - i + 1)) * ((population - successes - draws + i) / (draws - i + 1));
    sum += term;
  }
  return fromLogLower(logTerm(k, parameters) + Math.log(sum));
}

/**
 * log P(X = k): the deviance of the 2 × 2 table from its expected counts, and what Stirling's formula leaves
 * of its nine factorials.
 */
function logTerm(k: number, { population, successes, draws }: HypergeometricParameters): number {
  const failures = population - successes;
  const rest = population - draws;
  const [observed, observedRest] = exactProduct(k, population);
  const [expected, expectedRest] = exactProduct(draws, successes);
  const excess = (observed - expected + (observedRest - expectedRest)) / population;
  const cells: readonly (readonly [number, number, number])[] = [
    [k, (draws * successes) / population, excess],
    [draws - k, (draws * failures) / population, -excess],
    [successes - k, (rest * successes) / population, -excess],
    [failures - draws + k, (rest * failures) / population, excess],
  ];
  const margins = [successes, failures, draws, rest].reduce((s, n) => s + factorialRemainder(n), 0);
  return cells.reduce(
    (sum, [count, mean, difference]) =>
      sum - factorialRemainder(count) - (mean === 0 ? 0 : deviance(count, mean, difference)),
    margins - factorialRemainder(population),
  );
}
