import { type ContinuousDistribution, checkPositive, distribution } from './distribution.ts';
import { positiveQuantile } from './find-root.ts';
import { incompleteGamma, logGammaTerm } from './special/incomplete-gamma.ts';

/**
 * The χ² distribution: P(X > x) = Q(df/2, x/2). Relative error below 1e-12.
 *
 * @param parameters df: degrees of freedom, > 0, not necessarily whole
 * @throws RangeError if df is not positive and finite
 * @example
 * ```ts
 * chiSquared({ df: 2 }).sf(2).toFixed(12); // => Math.exp(-1).toFixed(12)
 * ```
 */
export function chiSquared(parameters: { readonly df: number }): ContinuousDistribution {
  const { df } = parameters;
  checkPositive('chiSquared', { df });
  const tails = (x: number) => incompleteGamma(Math.max(0, x) / 2, df / 2);
  return {
    ...distribution({
      name: 'chiSquared',
      support: [0, Number.POSITIVE_INFINITY],
      tails,
      find: (target) => positiveQuantile(tails, target, df),
    }),
    pdf: (x) => {
      if (x < 0 || x === Number.POSITIVE_INFINITY) return 0;
      if (x === 0) return densityAt0(df);
      return Math.exp(logGammaTerm(x / 2, df / 2)) * (df / 2 / x);
    },
  };
}

function densityAt0(df: number): number {
  if (df === 2) return 0.5;
  return df > 2 ? 0 : Number.POSITIVE_INFINITY;
}
