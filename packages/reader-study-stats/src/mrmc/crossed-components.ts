import type { BckComponents } from './bck-components.ts';
import type { UStatisticAnalysis, UStatisticParts } from './u-statistics.ts';

/** Components of a U-statistic's variance in the terms of the older methods; null: needs two tests. */
export interface CrossedComponents {
  /** Dorfman, Berbaum and Metz: components of pseudovalues of readers, cases and tests. */
  readonly dbm: PseudovalueSources;
  /** Obuchowski and Rockette: readers, and covariances of figures of the same cases. */
  readonly or: {
    /** σ²_R. */
    readonly reader: number;
    /** σ²_TR. */
    readonly testByReader: number | null;
    /** σ²_ε: variance of one reader's figure over the cases. */
    readonly error: number;
    /** Same reader, different tests. */
    readonly cov1: number | null;
    /** Different readers, same test. */
    readonly cov2: number;
    /** Different readers, different tests. */
    readonly cov3: number | null;
  };
  /** Mean squares of the pseudovalues that these components expect. */
  readonly meanSquares: PseudovalueSources;
  /** Hillis' degrees of freedom from these mean squares; null where that of the readers is not positive. */
  readonly hillisDf: number | null;
}

/** One number per source of variance of pseudovalues; test T, reader R, case C. */
export type PseudovalueSources = {
  /** Readers. */
  readonly R: number;
  /** Cases, both classes together. */
  readonly C: number;
  /** Readers by cases; of one test it holds the error too. */
  readonly RC: number;
  /** Tests by readers. */
  readonly TR: number | null;
  /** Tests by cases. */
  readonly TC: number | null;
  /** Tests by readers by cases, and the error. */
  readonly TRC: number | null;
};

/** What {@link crossedComponents} is to take apart. */
export interface CrossedComponentsOptions {
  /** One test's mean, or the difference of two. */
  readonly tests: readonly [string] | readonly [string, string];
  /** Default 'unbiased'. */
  readonly estimator?: 'unbiased' | 'mle';
}

/**
 * The components N, D, ND, R, … of a crossed study's U-statistics, as Dorfman, Berbaum and Metz and as
 * Obuchowski and Rockette would have them: with K = n + m cases of both classes,
 *
 * C = K·(N/n + D/m + ND/(nm)), RC = K·(NR/n + DR/m + RND/(nm)); Cov₂ = C/K, σ²_ε = (C + RC)/K,
 *
 * and for two tests those of the covariance are shared by the tests (R, C, RC, Cov₁, Cov₃), while the mean
 * of the two variances less the covariance is the interaction with the test (TR, TC, TRC).
 *
 * @param analysis of a crossed study without missing reads
 * @param options which test or pair, in the analysis' order, and which estimator
 * @throws RangeError if the study is not crossed, or the tests are not in it
 * @example
 * ```ts
 * const { or, hillisDf } = crossedComponents(uStatisticAnalysis(study), { tests: ['A', 'B'] });
 * ```
 * @see Gallas and Brown 2008, Neural Netw 21:387, doi 10.1016/j.neunet.2007.12.013
 * @see Hillis 2007, Stat Med 26:596, doi 10.1002/sim.2532
 */
export function crossedComponents(
  analysis: UStatisticAnalysis,
  { tests, estimator = 'unbiased' }: CrossedComponentsOptions,
): CrossedComponents {
  const { design, means, differences } = analysis;
  if (design.kind !== 'crossed' || design.missingReads > 0) {
    throw new RangeError(
      `crossedComponents: the study must be crossed without missing reads, got ${design.kind} with ${design.missingReads} missing`,
    );
  }
  const row = (part: (UStatisticParts & { readonly n?: StudySize }) | undefined): StudyRow => {
    if (part?.n !== undefined) return { bck: part.decomposition[estimator], n: part.n };
    throw new RangeError(
      `crossedComponents: tests must be of the analysis and in its order, got ${tests.join(', ')}`,
    );
  };
  const own = tests.map((name) => row(means.find(({ test }) => test === name)));
  const size = own[0]!.n;
  const parts = own.map(({ bck }) => pseudovalueParts(bck, size));
  if (tests.length === 1) return oneTest(parts[0]!, size);
  const shared = row(differences.find((d) => d.first === tests[0] && d.second === tests[1]));
  return twoTests(parts, pseudovalueParts(shared.bck, size), size);
}

type StudySize = Readonly<Record<string, number>>;

interface StudyRow {
  readonly bck: BckComponents;
  readonly n: StudySize;
}

/** Components of readers, cases, and both, of one test or of the covariance of two. */
interface PseudovalueParts {
  readonly R: number;
  readonly C: number;
  readonly RC: number;
}

function pseudovalueParts(bck: BckComponents, size: StudySize): PseudovalueParts {
  const [n, m] = [size.negatives!, size.positives!];
  return {
    R: bck.R,
    C: (n + m) * (bck.N / n + bck.D / m + bck.ND / (n * m)),
    RC: (n + m) * (bck.NR / n + bck.DR / m + bck.RND / (n * m)),
  };
}

function oneTest({ R, C, RC }: PseudovalueParts, size: StudySize): CrossedComponents {
  const cases = size.negatives! + size.positives!;
  const readers = size.readers!;
  const none = { TR: null, TC: null, TRC: null };
  const meanSquares = { R: RC + cases * R, C: RC + readers * C, RC, ...none };
  return {
    dbm: { R, C, RC, ...none },
    or: {
      reader: R,
      testByReader: null,
      error: (C + RC) / cases,
      cov1: null,
      cov2: C / cases,
      cov3: null,
    },
    meanSquares,
    hillisDf: hillisDf(meanSquares.R, meanSquares.C - meanSquares.RC, readers - 1),
  };
}

function twoTests(
  [first, second]: readonly PseudovalueParts[],
  { R, C, RC }: PseudovalueParts,
  size: StudySize,
): CrossedComponents {
  const cases = size.negatives! + size.positives!;
  const readers = size.readers!;
  const own = (part: keyof PseudovalueParts): number => (first![part] + second![part]) / 2;
  const [TR, TC, TRC] = [own('R') - R, own('C') - C, own('RC') - RC];
  const meanSquares = {
    R: TRC + 2 * RC + cases * TR + 2 * cases * R,
    C: TRC + 2 * RC + readers * TC + 2 * readers * C,
    RC: TRC + 2 * RC,
    TR: TRC + cases * TR,
    TC: TRC + readers * TC,
    TRC,
  };
  return {
    dbm: { R, C, RC, TR, TC, TRC },
    or: {
      reader: R,
      testByReader: TR,
      error: (own('C') + own('RC')) / cases,
      cov1: (C + RC) / cases,
      cov2: own('C') / cases,
      cov3: C / cases,
    },
    meanSquares,
    hillisDf: hillisDf(meanSquares.TR, meanSquares.TC - TRC, readers - 1),
  };
}

/** (MS + max(excess, 0))²/(MS²/ν). */
function hillisDf(meanSquare: number, excess: number, nu: number): number | null {
  if (!(meanSquare > 0 && nu > 0)) return null;
  return (1 + Math.max(excess, 0) / meanSquare) ** 2 * nu;
}
