import { type ContinuousDistribution, checkPositive, distribution } from './distribution.ts';
import { positiveQuantile } from './find-root.ts';
import { type BetaPoint, betaTails, logBetaPower } from './special/incomplete-beta.ts';

/**
 * The F distribution: P(F ≤ f) = I_x(d₁/2, d₂/2), x = d₁f/(d₁f + d₂). Relative error below 1e-12.
 *
 * @param parameters df: numerator and denominator degrees of freedom, > 0
 * @throws RangeError if a number of degrees of freedom is not positive and finite
 * @example
 * ```ts
 * fisherF({ df: [2, 2] }).sf(3).toFixed(12); // => '0.250000000000'
 * ```
 */
export function fisherF(parameters: {
  readonly df: readonly [numerator: number, denominator: number];
}): ContinuousDistribution {
  const [numerator, denominator] = parameters.df;
  checkPositive('fisherF', { 'df[0]': numerator, 'df[1]': denominator });
  const point = (f: number): BetaPoint => {
    const ratio = f * (numerator / denominator);
    const a = numerator / 2;
    const y = 1 / (1 + ratio);
    const x = ratio === Number.POSITIVE_INFINITY ? 1 : ratio * y;
    // a·y − b·x with b·x = y·d₁f/2
    return { a, b: denominator / 2, x, y, excess: y * a * (1 - f) };
  };
  const tails = (f: number) => betaTails(point(Math.max(0, f)));
  return {
    ...distribution({
      name: 'fisherF',
      support: [0, Number.POSITIVE_INFINITY],
      tails,
      find: (target) => positiveQuantile(tails, target, 1),
    }),
    pdf: (f) => {
      if (f < 0 || f === Number.POSITIVE_INFINITY) return 0;
      if (f === 0) return densityAt0(numerator);
      return Math.exp(logBetaPower(point(f))) / f;
    },
  };
}

function densityAt0(numerator: number): number {
  if (numerator === 2) return 1;
  return numerator > 2 ? 0 : Number.POSITIVE_INFINITY;
}
