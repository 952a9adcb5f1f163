import { checkLevel } from '../proportions.ts';
import {
  type Alternative,
  type ResultContext,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../test-result.ts';
import { waldTest } from '../wald-test.ts';
import {
  type BckComponents,
  type BckDecomposition,
  bckComponents,
  differenceComponents,
} from './bck-components.ts';
import { type BdgMoments, bdgMoments, type WeightedReader } from './bdg-moments.ts';
import { type Compat, type CompatProfile, compatProfile, usedDf } from './compat-profile.ts';
import type { MrmcData } from './mrmc-data.ts';
import { varianceProblem } from './or-tests.ts';
import { pairsOf } from './pairs.ts';
import type { StudyDesign } from './study-design.ts';
import { type SuccessKernel, successMatrix } from './success-matrix.ts';
import { type ReaderFigure, readerFigures } from './u-statistic-readers.ts';
import { casesOf } from './unbiased-covariance.ts';

/** Options of {@link uStatisticAnalysis}. */
export interface UStatisticOptions {
  /** Default: the empirical AUC. Binary outcomes: sensitivity or specificity at a threshold. */
  readonly kernel?: SuccessKernel;
  /**
   * 'unbiased' (default): U-statistics. 'mle': the moments of the empirical distribution, never
   * negative and biased upwards.
   */
  readonly estimator?: 'unbiased' | 'mle';
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Of the differences; default 'two-sided', 'greater' means that the first test is better. */
  readonly alternative?: Alternative;
  /** Value that the mean of each test is compared with, two-sided; default 0.5. */
  readonly nullValue?: number;
  /** Whose conventions to follow; default: none's, see {@link compatProfile}. */
  readonly compat?: Compat;
}

/** Why a U-statistic has no test. */
export type UStatisticStatus = 'one-reader' | 'zero-variance' | 'negative-variance';

/** The mean figure of a test over its readers, with the moments and components of its variance. */
export type UStatisticMean = (TestResult | UndefinedResult<UStatisticStatus>) & {
  readonly test: string;
  readonly moments: BdgMoments;
  readonly decomposition: BckDecomposition;
};

/** The difference first − second of two tests' means; moments and components are of their covariance. */
export type UStatisticDifference = (TestResult | UndefinedResult<UStatisticStatus>) & {
  readonly first: string;
  readonly second: string;
  readonly moments: BdgMoments;
  readonly decomposition: BckDecomposition;
};

/** Result of {@link uStatisticAnalysis}. */
export interface UStatisticAnalysis {
  readonly design: StudyDesign;
  readonly means: readonly UStatisticMean[];
  readonly differences: readonly UStatisticDifference[];
  /** Every reader by themselves. */
  readonly readers: readonly ReaderFigure[];
  readonly warnings: readonly string[];
}

const REFERENCES = [
  'Gallas 2006, doi 10.1016/j.acra.2005.11.030',
  'Gallas, Bandos, Samuelson and Wagner 2009, doi 10.1080/03610920802610084',
  'Obuchowski, Gallas and Hillis 2012, doi 10.1016/j.acra.2012.09.012',
];

/**
 * Mean figures of merit of random readers and random cases, and their differences, by U-statistics:
 * unbiased variances for any pattern of reads (crossed, split-plot, nested, missing). Degrees of
 * freedom after Obuchowski, Gallas and Hillis, from the three main components of variance:
 *
 * df = Var²/Σ(component²/ν³) over N, D, R, at least the least ν = 1/coefficient − 1.
 *
 * With missing reads a reader's weight is the number of pairs of cases that were read, unless `compat`
 * gives all readers the same.
 *
 * @param data checked reads, see {@link arrangeReads}
 * @param options kernel, estimator, level, alternative, compat
 * @returns means, differences and readers, each with moments and components; a test that is not
 *   possible is a typed status: 'one-reader', 'zero-variance', 'negative-variance'
 * @throws RangeError if a reader has no case of a class, or an option is outside its range
 * @example
 * ```ts
 * const { means, differences } = uStatisticAnalysis(study, { compat: 'imrmc' });
 * differences[0]?.decomposition.unbiased; // { N, D, ND, R, NR, DR, RND } of the covariance
 * uStatisticAnalysis(study, { kernel: { kind: 'sensitivity', threshold: 4 } });
 * ```
 * @see Gallas 2006, Acad Radiol 13:353, doi 10.1016/j.acra.2005.11.030
 * @see Obuchowski, Gallas and Hillis 2012, Acad Radiol 19:1508, doi 10.1016/j.acra.2012.09.012
 */
export function uStatisticAnalysis(
  data: MrmcData,
  options: UStatisticOptions = {},
): UStatisticAnalysis {
  const { kernel = { kind: 'auc' }, level = 0.95, compat } = options;
  checkLevel('uStatisticAnalysis', level);
  if (kernel.kind !== 'auc' && !Number.isFinite(kernel.threshold)) {
    throw new RangeError(`uStatisticAnalysis: threshold must be finite, got ${kernel.threshold}`);
  }
  const profile = compatProfile(compat);
  const byTest = weightedReaders(data, kernel, profile);
  const warnings = designWarnings(data, profile);
  const study = { data, options, profile, kernel, warnings };
  const summaries = byTest.map((readers) => summarize(readers, readers));
  return {
    design: data.design,
    means: summaries.map((summary, test) => testMean(study, byTest[test]!, test, summary)),
    differences: pairsOf(byTest.length).map(([a, b]) =>
      testDifference(study, byTest, [a, b], {
        first: summaries[a]!,
        second: summaries[b]!,
        joint: summarize(byTest[a]!, byTest[b]!),
      }),
    ),
    readers: readerFigures(data, byTest),
    warnings,
  };
}

interface Study {
  readonly data: MrmcData;
  readonly options: UStatisticOptions;
  readonly profile: CompatProfile;
  readonly kernel: SuccessKernel;
  readonly warnings: readonly string[];
}

interface Summary {
  readonly moments: BdgMoments;
  readonly decomposition: BckDecomposition;
  /** Degrees of freedom of the negative cases, positive cases and readers. */
  readonly nu: Readonly<Record<'N' | 'D' | 'R', number>>;
}

function weightedReaders(
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

function summarize(first: readonly WeightedReader[], second: readonly WeightedReader[]): Summary {
  const moments = bdgMoments(first, second);
  const decomposition = bckComponents(moments);
  const nu = (coefficient: number): number => Math.round(1 / coefficient - 1);
  const { N, D, R } = decomposition.coefficients;
  return { moments, decomposition, nu: { N: nu(N), D: nu(D), R: nu(R) } };
}

/** df = Var²/Σ(component²/ν³), at least the least ν. */
function degreesOfFreedom(variance: number, components: BckComponents, nu: Summary['nu']): number {
  const { N, D, R } = components;
  const spread = N ** 2 / nu.N ** 3 + D ** 2 / nu.D ** 3 + R ** 2 / nu.R ** 3;
  return Math.max(variance ** 2 / spread, Math.min(nu.N, nu.D, nu.R));
}

function testMean(
  study: Study,
  readers: readonly WeightedReader[],
  test: number,
  { moments, decomposition, nu }: Summary,
): UStatisticMean {
  const { estimator = 'unbiased', nullValue = 0.5 } = study.options;
  const variance = estimator === 'mle' ? moments.mleCovariance : moments.covariance;
  return {
    test: study.data.tests[test]!,
    ...tested(study, {
      estimate: moments.figures[0],
      variance,
      components: decomposition.mle,
      shown: decomposition[estimator],
      nu,
      readers: [readers],
      alternative: 'two-sided',
      nullValue,
    }),
    moments,
    decomposition,
  };
}

function testDifference(
  study: Study,
  byTest: readonly (readonly WeightedReader[])[],
  [a, b]: readonly [number, number],
  {
    first,
    second,
    joint,
  }: { readonly first: Summary; readonly second: Summary; readonly joint: Summary },
): UStatisticDifference {
  const { estimator = 'unbiased', alternative = 'two-sided' } = study.options;
  const parts = [first, second, joint].map(({ moments }) =>
    estimator === 'mle' ? moments.mleCovariance : moments.covariance,
  );
  const isKnown = parts.every((part) => part !== null);
  const of = (kind: 'mle' | 'unbiased') =>
    differenceComponents(
      first.decomposition[kind],
      second.decomposition[kind],
      joint.decomposition[kind],
    );
  return {
    first: study.data.tests[a]!,
    second: study.data.tests[b]!,
    ...tested(study, {
      estimate: first.moments.figures[0] - second.moments.figures[0],
      variance: isKnown ? parts[0]! + parts[1]! - 2 * parts[2]! : null,
      components: of('mle'),
      shown: of(estimator),
      nu: {
        N: Math.min(first.nu.N, second.nu.N),
        D: Math.min(first.nu.D, second.nu.D),
        R: Math.min(first.nu.R, second.nu.R),
      },
      readers: [byTest[a]!, byTest[b]!],
      alternative,
      nullValue: 0,
    }),
    moments: joint.moments,
    decomposition: joint.decomposition,
  };
}

interface Estimated {
  readonly estimate: number;
  readonly variance: number | null;
  /** The components that degrees of freedom are computed from: those of the empirical distribution. */
  readonly components: BckComponents;
  readonly shown: BckComponents;
  readonly nu: Summary['nu'];
  readonly readers: readonly (readonly WeightedReader[])[];
  readonly alternative: Alternative;
  readonly nullValue: number;
}

function tested(
  study: Study,
  { estimate, variance, components, shown, nu, readers, alternative, nullValue }: Estimated,
): TestResult | UndefinedResult<UStatisticStatus> {
  const context: ResultContext = {
    components: { ...shown },
    design: study.data.design.kind,
    n: sampleSizes(readers.flat()),
    warnings: study.warnings,
    method: `u-statistics of ${study.kernel.kind}, ${study.options.estimator ?? 'unbiased'} variance`,
    references: REFERENCES,
  };
  if (variance === null || readers.some((ofTest) => ofTest.length < 2)) {
    return undefinedResult('one-reader', { estimate, alternative }, context);
  }
  const problem = varianceProblem(variance);
  if (problem === 'zero-variance') {
    return undefinedResult(problem, { estimate, se: 0, alternative }, context);
  }
  if (problem) return undefinedResult(problem, { estimate, alternative }, context);
  const df = usedDf(degreesOfFreedom(variance, components, nu), study.profile);
  const level = study.options.level ?? 0.95;
  const se = Math.sqrt(variance);
  return waldTest({ estimate, se, df, alternative, level, nullValue }, context);
}

function sampleSizes(readers: readonly WeightedReader[]): Readonly<Record<string, number>> {
  const read = (part: 'readPositives' | 'readNegatives'): number =>
    (readers[0]?.matrix[part] ?? new Uint8Array()).filter((_, i) =>
      readers.some(({ matrix }) => matrix[part][i] === 1),
    ).length;
  return {
    readers: new Set(readers.map(({ reader }) => reader)).size,
    positives: read('readPositives'),
    negatives: read('readNegatives'),
  };
}

function designWarnings(
  { design, clusters }: MrmcData,
  { readerWeights }: CompatProfile,
): readonly string[] {
  const warnings: string[] = [];
  if (design.missingReads > 0) {
    const weights =
      readerWeights === 'equal' ? 'equal' : 'the numbers of pairs of cases that they read';
    warnings.push(`${design.missingReads} reads are missing; the readers' weights are ${weights}`);
  }
  if (clusters !== null) {
    warnings.push(
      'cases of a cluster count as independent; obuchowskiRockette keeps them together',
    );
  }
  return warnings;
}
