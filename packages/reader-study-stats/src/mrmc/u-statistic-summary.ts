import {
  type BckComponents,
  type BckDecomposition,
  bckComponents,
  differenceComponents,
} from './bck-components.ts';
import { type BdgMoments, bdgMoments, type WeightedReader } from './bdg-moments.ts';
import type { CompatProfile } from './compat-profile.ts';
import type { MrmcData } from './mrmc-data.ts';
import { type SuccessKernel, successMatrix } from './success-matrix.ts';
import { casesOf } from './unbiased-covariance.ts';

/** Moments and components of a variance (one test twice) or a covariance (two tests). */
export interface MomentSummary {
  readonly moments: BdgMoments;
  readonly decomposition: BckDecomposition;
  /** Degrees of freedom of the negative cases, positive cases and readers. */
  readonly nu: SourceDf;
}

/** Degrees of freedom of the negative cases, positive cases and readers: 1/coefficient − 1. */
type SourceDf = Readonly<Record<'N' | 'D' | 'R', number>>;

/** What is known of the variance of a mean or a difference. */
export interface VarianceSummary {
  /** May be negative; null where it is not defined (one reader, or one case of a class). */
  readonly variance: number | null;
  readonly components: BckComponents;
  /** Degrees of freedom, not rounded; null without a positive variance. */
  readonly exactDf: number | null;
}

/** Every test's readers with their success matrices and weights. */
export function weightedReaders(
  data: MrmcData,
  kernel: SuccessKernel,
  { readerWeights }: CompatProfile,
): readonly (readonly WeightedReader[])[] {
  return data.tests.map((test, index) => {
    const readers = data.cells
      .filter((cell) => cell.test === index)
      .map((cell) => {
        const [m, n] = [cell.positives.cases.length, cell.negatives.cases.length];
        const weight = readerWeights === 'equal' ? 1 / (m * n) : 1;
        return { reader: cell.reader, weight, matrix: successMatrix(data, cell, kernel) };
      });
    for (const { reader, matrix } of readers) {
      const { positives, negatives } = casesOf(matrix);
      if (positives === 0 || negatives === 0) {
        throw new RangeError(
          `uStatisticAnalysis: reader ${data.readers[reader]}, test ${test} must have cases of both classes, got ${positives} positive and ${negatives} negative`,
        );
      }
    }
    return readers;
  });
}

/** Moments and components of the covariance of two tests' means. */
export function summarizeMoments(
  first: readonly WeightedReader[],
  second: readonly WeightedReader[],
): MomentSummary {
  const moments = bdgMoments(first, second);
  const decomposition = bckComponents(moments);
  const nu = (coefficient: number): number => Math.max(1, Math.round(1 / coefficient - 1));
  const { N, D, R } = decomposition.coefficients;
  return { moments, decomposition, nu: { N: nu(N), D: nu(D), R: nu(R) } };
}

/** The variance of one test's mean. */
export function meanVariance(
  { moments, decomposition, nu }: MomentSummary,
  estimator: 'unbiased' | 'mle',
): VarianceSummary {
  const variance = estimator === 'mle' ? moments.mleCovariance : moments.covariance;
  return {
    variance,
    components: decomposition[estimator],
    exactDf: degreesOfFreedom(variance, decomposition.mle, nu),
  };
}

/** The variance of the difference of two tests' means: first + second − 2·covariance. */
export function differenceVariance(
  first: MomentSummary,
  second: MomentSummary,
  { joint, estimator }: { readonly joint: MomentSummary; readonly estimator: 'unbiased' | 'mle' },
): VarianceSummary {
  const [a, b, c] = [first, second, joint].map(({ moments }) =>
    estimator === 'mle' ? moments.mleCovariance : moments.covariance,
  );
  const isKnown = typeof a === 'number' && typeof b === 'number' && typeof c === 'number';
  const variance = isKnown ? a + b - 2 * c : null;
  const of = (kind: 'unbiased' | 'mle') =>
    differenceComponents(
      first.decomposition[kind],
      second.decomposition[kind],
      joint.decomposition[kind],
    );
  const nu = {
    N: Math.min(first.nu.N, second.nu.N),
    D: Math.min(first.nu.D, second.nu.D),
    R: Math.min(first.nu.R, second.nu.R),
  };
  return {
    variance,
    components: of(estimator),
    exactDf: degreesOfFreedom(variance, of('mle'), nu),
  };
}

/** df = Var²/Σ(component²/ν³), at least the least ν; from the components of the empirical distribution. */
function degreesOfFreedom(
  variance: number | null,
  { N, D, R }: BckComponents,
  nu: SourceDf,
): number | null {
  if (variance === null || variance <= 0) return null;
  const spread = N ** 2 / nu.N ** 3 + D ** 2 / nu.D ** 3 + R ** 2 / nu.R ** 3;
  const df = Math.max(variance ** 2 / spread, Math.min(nu.N, nu.D, nu.R));
  return Number.isFinite(df) ? df : null;
}
