import { normal } from '../distributions/normal.ts';
import type {
  Alternative,
  ConfidenceInterval,
  ResultContext,
  TestResult,
  ZeroVarianceResult,
} from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import {
  type BinaryLabel,
  type ClassSizes,
  type Placements,
  placements,
  splitByLabel,
} from './auc.ts';
import { clusteredVariance, clustersByClass } from './clustered-variance.ts';

/** Variances of shares below this are equal shares plus rounding. */
const ROUNDING = 1e-28;

const REFERENCES: readonly string[] = [
  'DeLong, DeLong and Clarke-Pearson 1988, doi 10.2307/2531595',
  'Sun and Xu 2014, doi 10.1109/LSP.2014.2337313',
];

const CLUSTER_REFERENCES = [...REFERENCES, 'Obuchowski 1997, doi 10.2307/2533958'];

/** An empirical AUC with DeLong's standard error and interval. */
export type AucEstimate = ResultContext & {
  /** In [0, 1]; ½ is chance, below it scores are better turned round. */
  readonly estimate: number;
  /** Cases that were scored. */
  readonly n: ClassSizes;
  /** 'clustered' has Obuchowski's variance. */
  readonly method: 'delong' | 'delong, clustered';
} & (
    | {
        /**
         * 'zero-variance': the classes are separated without error (or every score is tied), DeLong's
         * variance is 0 and the interval has no width. That says nothing about how certain the AUC is.
         */
        readonly status: 'ok' | 'zero-variance';
        /** √(S₁₀/m + S₀₁/n), with clusters Obuchowski's. */
        readonly se: number;
        /** Normal, within [0, 1]. */
        readonly ci: ConfidenceInterval;
      }
    | {
        /** A class has a single case, so its variance is not defined. */
        readonly status: 'single-case';
        /** Not defined. */
        readonly se: null;
        /** Not defined. */
        readonly ci: null;
      }
  );

/** Options of {@link deLongInterval}. */
export interface DeLongOptions {
  /** Confidence level in (0, 1); default 0.95. */
  readonly level?: number;
  /**
   * 'none' (default): estimate ± z·se, cut at 0 and 1, as pROC does.
   * 'logit': computed on log(AUC/(1 − AUC)), better near 1, never outside [0, 1].
   */
  readonly transform?: 'none' | 'logit';
  /** The cluster (patient) of each case, if cases are not independent: Obuchowski's variance. */
  readonly clusters?: readonly string[];
}

/** Options of the tests that compare two areas. */
export interface DeLongTestOptions {
  /** Confidence level of the interval of the difference; default 0.95. */
  readonly level?: number;
  /** Default 'two-sided'; 'greater' means AUC(a) > AUC(b). */
  readonly alternative?: Alternative;
}

/** The scores of one test, with the truth of its cases. */
export interface ScoredCases {
  /** Finite, higher means "more positive". */
  readonly scores: ArrayLike<number>;
  /** One per score, in the same order. */
  readonly labels: readonly BinaryLabel[];
}

/**
 * Empirical AUC with DeLong's variance S₁₀/m + S₀₁/n and a normal interval.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @throws RangeError if lengths differ, a score is not finite, a class is absent, level is outside (0, 1)
 *   or clusters do not fit
 * @example
 * ```ts
 * const auc = deLongInterval([3, 4, 5, 1, 2, 4], ['positive', 'positive', 'positive', 'negative', 'negative', 'negative']);
 * auc.estimate.toFixed(4); // => '0.8333'
 * ```
 * @see DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44:837, doi 10.2307/2531595
 * @see Sun and Xu 2014, doi 10.1109/LSP.2014.2337313
 */
export function deLongInterval(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: DeLongOptions = {},
): AucEstimate {
  const { level = 0.95, transform = 'none' } = options;
  checkLevel('deLongInterval', level);
  const classes = splitByLabel('deLongInterval', scores, labels, 1);
  const components = placements(classes.positives, classes.negatives);
  const { auc } = components;
  const n = { positives: classes.positives.length, negatives: classes.negatives.length };
  const method = options.clusters ? 'delong, clustered' : 'delong';
  const references = options.clusters ? CLUSTER_REFERENCES : REFERENCES;
  const context = { n, warnings: [], method, references } as const;
  if (n.positives < 2 || n.negatives < 2) {
    return { status: 'single-case', estimate: auc, se: null, ci: null, ...context };
  }
  const se = Math.sqrt(
    options.clusters
      ? clusteredVariance(components, clustersByClass('deLongInterval', labels, options.clusters))
      : variance(components),
  );
  const z = normal.quantile((1 + level) / 2);
  const bounds = transform === 'logit' ? logitBounds(auc, se, z) : plainBounds(auc, se, z);
  return {
    status: se === 0 ? 'zero-variance' : 'ok',
    estimate: auc,
    se,
    ci: { level, ...bounds, method: transform === 'logit' ? `${method}-logit` : method },
    ...context,
  };
}

/**
 * DeLong's test for two scores of the same cases: z = (AUC(a) − AUC(b)) / √Var(difference).
 *
 * @param a first score per case
 * @param b second score of the same cases in the same order
 * @param options `labels` of the cases, level, alternative
 * @throws RangeError as {@link deLongInterval}, and if a class has fewer than two cases
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * deLongPairedTest([5, 4, 2, 1, 3, 1], [3, 5, 1, 2, 4, 1], { labels }).estimate?.toFixed(3); // => '0.278'
 * ```
 * @see DeLong, DeLong and Clarke-Pearson 1988, doi 10.2307/2531595
 */
export function deLongPairedTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: DeLongTestOptions & {
    readonly labels: readonly BinaryLabel[];
    /** The cluster (patient) of each case, if cases are not independent: Obuchowski's variance. */
    readonly clusters?: readonly string[];
  },
): TestResult | ZeroVarianceResult {
  const { labels, clusters, level = 0.95, alternative = 'two-sided' } = options;
  checkLevel('deLongPairedTest', level);
  const first = componentsOf('deLongPairedTest', { scores: a, labels });
  const second = componentsOf('deLongPairedTest', { scores: b, labels });
  const difference = {
    auc: first.auc - second.auc,
    positives: first.positives.map((share, i) => share - second.positives[i]!),
    negatives: first.negatives.map((share, i) => share - second.negatives[i]!),
  };
  const se = Math.sqrt(
    clusters
      ? clusteredVariance(difference, clustersByClass('deLongPairedTest', labels, clusters))
      : variance(difference),
  );
  return waldTest(
    { estimate: difference.auc, se, df: null, alternative, level },
    {
      design: 'paired',
      n: { positives: first.positives.length, negatives: first.negatives.length },
      warnings: [],
      method: clusters ? 'delong-paired, clustered' : 'delong-paired',
      references: clusters ? CLUSTER_REFERENCES : REFERENCES,
    },
  );
}

/**
 * DeLong's test for two scores of different cases, with Welch's degrees of freedom (as pROC has it).
 * Refuses nothing it cannot know: cases that occur in both sets make it conservative or wrong.
 *
 * @param a scores and labels of the first set
 * @param b scores and labels of the second set
 * @throws RangeError as {@link deLongInterval}, and if a class has fewer than two cases
 * @example
 * ```ts
 * deLongUnpairedTest({ scores: first, labels: ofFirst }, { scores: second, labels: ofSecond });
 * ```
 */
export function deLongUnpairedTest(
  a: ScoredCases,
  b: ScoredCases,
  options: DeLongTestOptions = {},
): TestResult | ZeroVarianceResult {
  const { level = 0.95, alternative = 'two-sided' } = options;
  checkLevel('deLongUnpairedTest', level);
  const first = componentsOf('deLongUnpairedTest', a);
  const second = componentsOf('deLongUnpairedTest', b);
  const [varianceA, varianceB] = [variance(first), variance(second)];
  const df =
    (varianceA + varianceB) ** 2 /
    (varianceA ** 2 / (a.labels.length - 1) + varianceB ** 2 / (b.labels.length - 1));
  return waldTest(
    {
      estimate: first.auc - second.auc,
      se: Math.sqrt(varianceA + varianceB),
      df,
      alternative,
      level,
    },
    {
      design: 'unpaired',
      n: {
        positives: first.positives.length + second.positives.length,
        negatives: first.negatives.length + second.negatives.length,
      },
      warnings: [],
      method: 'delong-unpaired',
      references: REFERENCES,
    },
  );
}

function componentsOf(caller: string, { scores, labels }: ScoredCases): Placements {
  const { positives, negatives } = splitByLabel(caller, scores, labels, 2);
  return placements(positives, negatives);
}

function variance({ positives, negatives }: Pick<Placements, 'positives' | 'negatives'>): number {
  return (
    sampleVariance(positives) / positives.length + sampleVariance(negatives) / negatives.length
  );
}

function sampleVariance(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  const mean = total / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const result = squares / (values.length - 1);
  return result < ROUNDING ? 0 : result;
}

function plainBounds(auc: number, se: number, z: number): { lower: number; upper: number } {
  return { lower: Math.max(0, auc - z * se), upper: Math.min(1, auc + z * se) };
}

function logitBounds(auc: number, se: number, z: number): { lower: number; upper: number } {
  if (se === 0) return { lower: auc, upper: auc };
  const center = Math.log(auc / (1 - auc));
  const half = (z * se) / (auc * (1 - auc));
  return { lower: logistic(center - half), upper: logistic(center + half) };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
