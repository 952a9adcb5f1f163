import { checkPositive, type Distribution, distribution } from './distribution.ts';
import { positiveQuantile } from './find-root.ts';
import { checkNoncentrality } from './noncentral-chi-squared.ts';
import { poissonMixture } from './poisson-mixture.ts';
import { exactProduct } from './special/exact-product.ts';
import { type BetaPoint, betaTails, logBetaPower } from './special/incomplete-beta.ts';
import { ALL_LOWER, ALL_UPPER, type Tails } from './special/tails.ts';

/**
 * The noncentral F distribution, whose sf is the power of an F-test: the Poisson mixture
 * Σⱼ e^(−λ/2)(λ/2)ʲ/j!·P(Beta(d₁/2 + j, d₂/2) ≤ x), x = d₁f/(d₁f + d₂). Relative error below 1e-12.
 *
 * @param parameters df: numerator and denominator degrees of freedom, > 0; noncentrality λ ≥ 0
 * @throws RangeError if a parameter is outside its range
 * @example
 * ```ts
 * const critical = fisherF({ df: [1, 20] }).upperQuantile(0.05);
 * noncentralF({ df: [1, 20], noncentrality: 9 }).sf(critical).toFixed(3); // => '0.814'
 * ```
 * @see Johnson, Kotz and Balakrishnan 1995, Continuous Univariate Distributions 2, section 30.2
 */
export function noncentralF(parameters: {
  readonly df: readonly [numerator: number, denominator: number];
  readonly noncentrality: number;
}): Distribution {
  const { df, noncentrality } = parameters;
  const [numerator, denominator] = df;
  checkPositive('noncentralF', { 'df[0]': numerator, 'df[1]': denominator });
  checkNoncentrality('noncentralF', noncentrality);
  const tails = (f: number): Tails => {
    const ratio = f * (numerator / denominator);
    if (ratio <= 0) return ALL_UPPER;
    if (ratio === Number.POSITIVE_INFINITY) return ALL_LOWER;
    const y = 1 / (1 + ratio);
    const x = ratio * y;
    const b = denominator / 2;
    const [numeratorTimesF, rest] = exactProduct(numerator / 2, f);
    // a·y − b·x with b·x = y·d₁f/2
    const point = (j: number): BetaPoint => {
      const a = numerator / 2 + j;
      return { a, b, x, y, excess: y * (a - numeratorTimesF - rest) };
    };
    if (noncentrality === 0) return betaTails(point(0));
    return poissonMixture(
      noncentrality / 2,
      {
        tails: (j) => betaTails(point(j)),
        logStep: (j) => logBetaPower(point(j)) - Math.log(numerator / 2 + j),
        growth: (j) => (x * (numerator / 2 + j + b)) / (numerator / 2 + j + 1),
      },
      numerator * f < numerator + noncentrality,
    );
  };
  return distribution({
    name: 'noncentralF',
    support: [0, Number.POSITIVE_INFINITY],
    tails,
    find: (target) => positiveQuantile(tails, target, 1 + noncentrality / numerator),
  });
}
