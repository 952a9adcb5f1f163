import { chiSquareTest, fTest } from '../inference/omnibus-test.ts';
import type { OmnibusResult, ResultContext, UndefinedResult } from '../inference/test-result.ts';
import { undefinedResult } from '../inference/test-result.ts';
import { type CompatProfile, usedDf } from './compat-profile.ts';
import type { FigureTable } from './figure-table.ts';
import type { FigureAnova, TestMean } from './mean-squares.ts';
import type { ErrorCovariances } from './or-components.ts';

/**
 * What is random: readers and cases (RRRC), cases with these readers only (FRRC), or readers with these
 * cases only (RRFC).
 */
export type OrModel = 'RRRC' | 'FRRC' | 'RRFC';

/** Why an Obuchowski-Rockette test has no result. */
export type OrStatus = 'one-test' | 'one-reader' | 'zero-variance' | 'negative-variance';

/** The variance that a test of means or differences stands on. */
export interface OrVariance {
  /** Denominator of F or χ²: r/2 times the variance of a difference of two tests. */
  readonly denominator: number;
  /** Its degrees of freedom; null: none, the normal and χ² distributions apply. */
  readonly df: number | null;
  /** Its parts, by name. */
  readonly components: Readonly<Record<string, number>>;
}

/**
 * The denominator of the test that all tests are equal, with Hillis' degrees of freedom.
 *
 * RRRC: D = MS(TR) + r·max(Cov₂ − Cov₃, 0), df = D²/(MS(TR)²/((t − 1)(r − 1))).
 * FRRC: D = σ²_ε − Cov₁ + (r − 1)(Cov₂ − Cov₃), normal. RRFC: D = MS(TR), df = (t − 1)(r − 1).
 * Readers nested in tests: MS[R(T)] with Σrᵢ − t degrees of freedom takes the place of MS(TR), and
 * r₀ = ((Σrᵢ)² − Σrᵢ²)/(Σrᵢ·(t − 1)) that of r; FRRC: D = σ²_ε − Cov₂ + r₀·max(Cov₂ − Cov₃, 0).
 *
 * @returns null where a mean square is not defined (one reader)
 * @see Hillis 2014, Stat Med 33:330, doi 10.1002/sim.5926
 * @see Hillis 2007, Stat Med 26:596, doi 10.1002/sim.2532
 */
export function differenceVariance(
  model: OrModel,
  anova: FigureAnova,
  covariances: ErrorCovariances,
  profile: CompatProfile,
): OrVariance | null {
  const { error, cov1, cov2, cov3 } = covariances;
  const nested = anova.layout === 'nested';
  const weight = effectiveReaders(anova.tests);
  const clipped = Math.max(cov2 - cov3, 0);
  if (model === 'FRRC') {
    const spread = profile.clipsFixedReaders ? clipped : cov2 - cov3;
    const denominator = nested
      ? error - cov2 + weight * clipped
      : error - cov1 + (weight - 1) * spread;
    const components = nested ? { error, cov2, cov3 } : { error, cov1, cov2, cov3 };
    return { denominator, df: null, components };
  }
  const { name, line } = nested
    ? { name: 'MS[R(T)]', line: anova.reader }
    : { name: 'MS(TR)', line: anova.testByReader! };
  if (line.meanSquare === null) return null;
  if (model === 'RRFC') {
    return {
      denominator: line.meanSquare,
      df: line.df,
      components: { [name]: line.meanSquare },
    };
  }
  const denominator = line.meanSquare + weight * clipped;
  return {
    denominator,
    df: satterthwaite(denominator, line.meanSquare, line.df),
    components: { [name]: line.meanSquare, cov2, cov3 },
  };
}

/** ((Σrᵢ)² − Σrᵢ²)/(Σrᵢ·(t − 1)), which is r where all tests have r readers. */
function effectiveReaders(tests: readonly TestMean[]): number {
  if (tests.length === 1) return tests[0]!.readers;
  const total = tests.reduce((sum, { readers }) => sum + readers, 0);
  const squares = tests.reduce((sum, { readers }) => sum + readers ** 2, 0);
  if (tests.every(({ readers }) => readers === tests[0]!.readers)) return tests[0]!.readers;
  return (total ** 2 - squares) / (total * (tests.length - 1));
}

/** df = D²/(MS²/ν): the degrees of freedom of D = MS + a constant; infinite where MS is 0. */
function satterthwaite(denominator: number, meanSquare: number, df: number): number {
  return meanSquare === 0 ? Number.POSITIVE_INFINITY : denominator ** 2 / (meanSquare ** 2 / df);
}

/**
 * The variance of one test's mean figure.
 *
 * RRRC: MS(R)/r + max(Cov₂, 0), df = (MS(R) + r·max(Cov₂, 0))²/(MS(R)²/(r − 1)).
 * FRRC: (σ²_ε + (r − 1)·max(Cov₂, 0))/r, normal. RRFC: MS(R)/r, df = r − 1.
 *
 * @returns `denominator` is the variance itself; null where it is not defined (one reader)
 * @see Hillis 2014, Table VI
 */
export function meanVariance(
  model: OrModel,
  { readers, meanSquare }: TestMean,
  { error, cov2 }: ErrorCovariances,
): OrVariance | null {
  const shared = Math.max(cov2, 0);
  if (model === 'FRRC') {
    const denominator = (error + (readers - 1) * shared) / readers;
    return { denominator, df: null, components: { error, cov2 } };
  }
  if (meanSquare === null) return null;
  if (model === 'RRFC') {
    const components = { 'MS(R)': meanSquare };
    return { denominator: meanSquare / readers, df: readers - 1, components };
  }
  const total = meanSquare + readers * shared;
  return {
    denominator: total / readers,
    df: satterthwaite(total, meanSquare, readers - 1),
    components: { 'MS(R)': meanSquare, cov2 },
  };
}

/** The test that all tests have the same mean figure: F = MS(T)/D, or χ² = (t − 1)·MS(T)/D. */
export function equalityTest(
  table: FigureTable,
  anova: FigureAnova,
  variance: OrVariance | null,
  options: { readonly profile: CompatProfile; readonly context: ResultContext },
): OmnibusResult | UndefinedResult<OrStatus> {
  const { profile } = options;
  const context = { ...options.context, components: variance?.components ?? {} };
  const none = (status: OrStatus) => undefinedResult(status, { alternative: 'two-sided' }, context);
  if (table.tests.length === 1) return none('one-test');
  if (variance === null) return none('one-reader');
  const problem = varianceProblem(variance.denominator);
  if (problem) return none(problem);
  const numerator = anova.test.df;
  const ratio = anova.test.meanSquare! / variance.denominator;
  const df = variance.df === null ? null : usedDf(variance.df, profile);
  if (df === null) return chiSquareTest(numerator * ratio, numerator, context);
  return fTest(ratio, [numerator, df], context);
}

/** Why a variance cannot be divided by, if so. */
export function varianceProblem(
  variance: number,
): 'zero-variance' | 'negative-variance' | undefined {
  if (variance < -ROUNDING) return 'negative-variance';
  return variance < ROUNDING ? 'zero-variance' : undefined;
}

/** Variances of figures in [0, 1] below this are 0 plus rounding. */
const ROUNDING = 1e-28;
