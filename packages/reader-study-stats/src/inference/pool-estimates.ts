import { checkLevel } from '../proportions/check-counts.ts';
import {
  type Alternative,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from './test-result.ts';
import { waldTest } from './wald-test.ts';

/** Options of {@link poolEstimates}. */
export interface PoolOptions {
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Default 'two-sided'. */
  readonly alternative?: Alternative;
}

/** Result of {@link poolEstimates}. */
export type PooledEstimate = (TestResult | UndefinedResult<'one-reader' | 'zero-variance'>) & {
  /** τ²: variance of the true values among readers; null with one reader. */
  readonly betweenVariance: number | null;
  /** Cochran's Q, on readers − 1 degrees of freedom. */
  readonly heterogeneity: number | null;
};

/**
 * The mean of several readers' estimates in a population of readers, by random-effects meta-analysis:
 * weights wᵢ = 1/(seᵢ² + τ²), τ² by Paule and Mandel (the value at which Σwᵢ(yᵢ − ȳ)² is its
 * expectation k − 1, or 0), and Hartung and Knapp's standard error
 *
 * se² = Σwᵢ(yᵢ − ȳ)²/((k − 1)·Σwᵢ), with t on k − 1 degrees of freedom.
 *
 * Readers of the same images are not independent given the images; the method takes them so, and says
 * so. An MRMC analysis does not.
 *
 * @param estimates with standard errors > 0, one per reader
 * @throws RangeError if there is none, or a value is not finite
 * @example
 * ```ts
 * poolEstimates([{ estimate: 0.1, se: 0.05 }, { estimate: 0.2, se: 0.05 }]).estimate?.toFixed(2); // => '0.15'
 * ```
 * @see Paule and Mandel 1982, J Res NBS 87:377, doi 10.6028/jres.087.022
 * @see Hartung and Knapp 2001, Stat Med 20:3875, doi 10.1002/sim.1009
 */
export function poolEstimates(
  estimates: readonly { readonly estimate: number; readonly se: number }[],
  options: PoolOptions = {},
): PooledEstimate {
  const { level = 0.95, alternative = 'two-sided' } = options;
  checkLevel('poolEstimates', level);
  const bad = estimates.find(
    ({ estimate, se }) => !(Number.isFinite(estimate) && se > 0 && Number.isFinite(se)),
  );
  if (estimates.length === 0 || bad) {
    throw new RangeError(
      `poolEstimates: estimates must be finite with standard errors above 0, got ${bad ? `${bad.estimate} and ${bad.se}` : 'none'}`,
    );
  }
  const context = {
    design: 'readers independent',
    n: { readers: estimates.length },
    warnings: ['readers of the same images are taken as independent'],
    method: 'random-effects mean, Paule-Mandel, Hartung-Knapp',
    references: [
      'Paule and Mandel 1982, doi 10.6028/jres.087.022',
      'Hartung and Knapp 2001, doi 10.1002/sim.1009',
    ],
  };
  const df = estimates.length - 1;
  if (df === 0) {
    const unknown = { betweenVariance: null, heterogeneity: null };
    const known = { estimate: estimates[0]!.estimate, alternative };
    return undefinedResult('one-reader', known, { ...context, ...unknown });
  }
  const betweenVariance = pauleMandel(estimates, df);
  const { mean, squares, weight } = weighted(estimates, betweenVariance);
  const alike = estimates.every(({ estimate }) => estimate === estimates[0]!.estimate);
  return waldTest(
    { estimate: mean, se: alike ? 0 : Math.sqrt(squares / (df * weight)), df, alternative, level },
    {
      ...context,
      components: { between: betweenVariance },
      betweenVariance,
      heterogeneity: weighted(estimates, 0).squares,
    },
  );
}

type Weighted = { readonly mean: number; readonly squares: number; readonly weight: number };

function weighted(
  estimates: readonly { readonly estimate: number; readonly se: number }[],
  between: number,
): Weighted {
  const weights = estimates.map(({ se }) => 1 / (se * se + between));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const mean = estimates.reduce((sum, { estimate }, i) => sum + weights[i]! * estimate, 0) / weight;
  const squares = estimates.reduce(
    (sum, { estimate }, i) => sum + weights[i]! * (estimate - mean) ** 2,
    0,
  );
  return { mean, squares, weight };
}

/** Solves Σwᵢ(yᵢ − ȳ)² = k − 1 for τ² ≥ 0 by bisection: the left side falls with τ². */
function pauleMandel(
  estimates: readonly { readonly estimate: number; readonly se: number }[],
  df: number,
): number {
  const excess = (between: number): number => weighted(estimates, between).squares - df;
  if (excess(0) <= 0) return 0;
  let [lower, upper] = [0, Math.max(...estimates.map(({ se }) => se * se))];
  while (excess(upper) > 0) upper *= 2;
  for (let i = 0; i < 200 && upper - lower > 1e-15 * upper; i++) {
    const middle = (lower + upper) / 2;
    if (excess(middle) > 0) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}
