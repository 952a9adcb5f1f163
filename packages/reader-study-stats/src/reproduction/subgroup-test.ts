import { type AccuracyPolicy, answerScore } from '../answers/accuracy.ts';
import { normal } from '../distributions/normal.ts';
import { studentT } from '../distributions/student-t.ts';
import { pValueOf } from '../inference/test-result.ts';
import type { Appearance, Read, Truth } from '../reads.ts';

/**
 * What the difference of two accuracies is divided by; the paper does not say.
 * 'raw-sd': the mean SD itself. 'sem-one-sample': SD/√k, the variant that fits the paper's printed
 * p-values. 'sem-two-sample': SD·√(2/k), what a difference of two means would need.
 */
export type SubgroupScale = 'raw-sd' | 'sem-one-sample' | 'sem-two-sample';

/** Options of {@link subgroupTest}. */
export interface SubgroupTestOptions {
  /** Whose answers, as the reads name the reader. */
  readonly reader: string;
  /** Kind of the images; reals and fakes are tested apart. */
  readonly truth: Truth;
  /** Default 'all'. */
  readonly appearance?: 'all' | Appearance;
  /** The two sessions compared. */
  readonly from: string;
  /** The session from which `from` is subtracted. */
  readonly to: string;
  /** Sessions whose SDs are averaged; default: every session of this reader with such images. */
  readonly sessions?: readonly string[];
  /** What "unsure" is worth. */
  readonly unsure: AccuracyPolicy;
  /** Sub-groups per session; default 4, which divides the paper's 100, 436 and 440. */
  readonly groups?: number;
  /** Default 'sem-one-sample'. */
  readonly scale?: SubgroupScale;
  /** Default 'normal'. */
  readonly dist?: 'normal' | 't';
}

/** Spread of one session's accuracy over its sub-groups. */
export interface SessionSpread {
  /** As the reads name it. */
  readonly session: string;
  /** Accuracy over all answers, those of the dropped remainder too. */
  readonly accuracy: number;
  /** Of the sub-groups in reading order, each of ⌊answers/groups⌋ answers. */
  readonly groupAccuracies: readonly number[];
  /** Of `groupAccuracies`, with groups − 1 in the denominator. */
  readonly standardDeviation: number;
}

/** Result of {@link subgroupTest}; without spread there is no p-value. */
export type SubgroupTestResult = {
  /** to − from. */
  readonly estimate: number;
  /** One for each session whose SD is averaged. */
  readonly spreads: readonly SessionSpread[];
  /** Mean of the sessions' SDs: what `scale` turns into the divisor. */
  readonly meanStandardDeviation: number;
  /** What the difference was divided by. */
  readonly scale: SubgroupScale;
  /** Names the published method, which is reproduced with its faults. */
  readonly method: 'zhou-2021-subgroups';
  /** Always one: not to draw conclusions from it. */
  readonly warnings: readonly string[];
} & (
  | {
      /** Some session's sub-groups differ. */
      readonly status: 'ok';
      /** estimate/divisor; its sign is the direction of the test. */
      readonly statistic: number;
      /** As asked for; 'normal' takes the SD as known. */
      readonly dist: 'normal' | 't';
      /** groups − 1, or 2(groups − 1) for 'sem-two-sample'; null for the normal distribution. */
      readonly df: number | null;
      /** One-sided, in the direction observed. */
      readonly pValue: number;
    }
  | {
      /** All sub-groups of each session are equally accurate, so there is nothing to divide by. */
      readonly status: 'zero-variance';
    }
);

const WARNING =
  'reproduction of the published method only: it rejects a true null in up to 30 % of studies at p < 0.05; ' +
  'use compareSessions for a conclusion';

/**
 * The paper's test between two sessions of one reader: each session is split, in reading order, into
 * equal non-overlapping sub-groups (a remainder is dropped); the standard deviation of the sub-groups'
 * accuracies is averaged over the sessions; the difference of two sessions' accuracies is compared
 * with it, one-sided.
 *
 * **Faults, kept on purpose.** The variant that fits the paper's p-values divides by the standard
 * error of *one* session (√2 too small), a handful of sub-groups is treated as if its SD were known,
 * and the direction is chosen after looking: it rejects 25–30 % of true nulls at 0.05.
 *
 * @param reads all reads of the study
 * @throws RangeError if a session has no such images, fewer answers than groups, or groups < 2
 * @example
 * ```ts
 * const question = { reader: 'R1', truth: 'fake', from: '3', to: '5', unsure: 'incorrect' } as const;
 * subgroupTest(reads, question).warnings.length; // => 1
 * ```
 * @see Zhou et al. 2021, Methods "Statistical analysis", doi 10.1038/s41467-021-27577-x
 */
export function subgroupTest(
  reads: readonly Read[],
  options: SubgroupTestOptions,
): SubgroupTestResult {
  const { from, to, groups = 4, scale = 'sem-one-sample', dist = 'normal' } = options;
  if (!Number.isInteger(groups) || groups < 2) {
    throw new RangeError(
      `subgroupTest: groups must be a whole number of at least 2, got ${groups}`,
    );
  }
  const chosen = selectReads(reads, options);
  const sessions = options.sessions ?? [...new Set(chosen.map((read) => read.session))];
  const spreadOf = (session: string) => sessionSpread(chosen, session, groups, options.unsure);
  const spreads = sessions.map(spreadOf);
  const estimate = spreadOf(to).accuracy - spreadOf(from).accuracy;
  const meanStandardDeviation =
    spreads.reduce((sum, spread) => sum + spread.standardDeviation, 0) / spreads.length;
  const shared = {
    estimate,
    spreads,
    meanStandardDeviation,
    scale,
    method: 'zhou-2021-subgroups',
    warnings: [WARNING],
  } as const;
  if (meanStandardDeviation < 1e-12) return { status: 'zero-variance', ...shared };
  const divisor = meanStandardDeviation * divisorFactor(scale, groups);
  const statistic = estimate / divisor;
  const df = (scale === 'sem-two-sample' ? 2 : 1) * (groups - 1);
  const sf = dist === 't' ? studentT({ df }).sf : normal.sf;
  const pValue = pValueOf(Math.abs(statistic), 'greater', sf);
  return { status: 'ok', ...shared, statistic, dist, df: dist === 't' ? df : null, pValue };
}

function divisorFactor(scale: SubgroupScale, groups: number): number {
  switch (scale) {
    case 'raw-sd':
      return 1;
    case 'sem-one-sample':
      return Math.sqrt(1 / groups);
    case 'sem-two-sample':
      return Math.sqrt(2 / groups);
    default:
      throw new RangeError(
        `subgroupTest: scale must be raw-sd, sem-one-sample or sem-two-sample, got ${String(scale satisfies never)}`,
      );
  }
}

function selectReads(reads: readonly Read[], options: SubgroupTestOptions): readonly Read[] {
  const { reader, truth, appearance = 'all' } = options;
  return reads
    .filter(
      (read) =>
        read.reader === reader &&
        read.truth === truth &&
        (appearance === 'all' || read.appearance === appearance),
    )
    .sort((a, b) => a.order - b.order);
}

function sessionSpread(
  reads: readonly Read[],
  session: string,
  groups: number,
  unsure: AccuracyPolicy,
): SessionSpread {
  const scores = reads
    .filter((read) => read.session === session)
    .map((read) => answerScore(read, unsure))
    .filter((score) => score !== null);
  if (scores.length < groups) {
    throw new RangeError(
      `subgroupTest: session ${session} must have at least ${groups} such answers, got ${scores.length}`,
    );
  }
  const size = Math.floor(scores.length / groups);
  const groupAccuracies = Array.from({ length: groups }, (_, group) =>
    mean(scores.slice(group * size, (group + 1) * size)),
  );
  const center = mean(groupAccuracies);
  const squares = groupAccuracies.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return {
    session,
    accuracy: mean(scores),
    groupAccuracies,
    standardDeviation: Math.sqrt(squares / (groups - 1)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
