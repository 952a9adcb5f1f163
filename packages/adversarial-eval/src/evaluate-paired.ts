import {
  type AucEstimate,
  type BinaryLabel,
  deLongInterval,
  type IntervalMethod,
  type McNemarResult,
  mcNemarTest,
  type Proportion,
  proportion,
} from '@mammo/reader-study-stats';
import { type PairedRecord, PairedRecordError, validateRecords } from './paired-record.ts';

/**
 * What the attack did to one pair. 'skipped': the victim was wrong about the real image, so there was
 * nothing to fool. 'fooled': right about the real image, wrong after the attack. 'resisted': right twice.
 */
export type PairOutcome = 'skipped' | 'fooled' | 'resisted';

/** A record with its outcome. */
export interface EvaluatedPair extends PairedRecord {
  readonly outcome: PairOutcome;
  /** scoreFake − scoreReal. */
  readonly shift: number;
}

/** A rate before the attack (real images) and after it (their fakes, original labels). */
export interface BeforeAfter {
  readonly before: Proportion;
  readonly after: Proportion;
  /** Pairs right before and wrong after (b) against wrong before and right after (c). */
  readonly mcNemar: McNemarResult;
}

/** How far an attack moved the scores. */
export interface ScoreShift {
  readonly n: number;
  readonly meanBefore: number;
  readonly meanAfter: number;
  /** scoreFake − scoreReal. */
  readonly mean: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** Result of {@link evaluatePaired}. */
export interface PairedEvaluation {
  readonly threshold: number;
  readonly level: number;
  readonly method: IntervalMethod;
  readonly n: { readonly pairs: number; readonly positives: number; readonly negatives: number };
  readonly pairs: readonly EvaluatedPair[];
  /** Real images against their own labels. */
  readonly aucReal: AucEstimate;
  /**
   * Fakes against the labels they are meant to be taken for ("flipped labels"): near 1, the attack
   * rules the victim. It equals 1 − `aucFakeOriginal`.
   */
  readonly aucFakeFlipped: AucEstimate;
  /** Fakes against the labels of the images they were made from: near 0, the attack rules. */
  readonly aucFakeOriginal: AucEstimate;
  /** Real positives called positive (sensitivity at the threshold). */
  readonly positivesCorrect: Proportion;
  /** Real negatives called negative (specificity at the threshold). */
  readonly negativesCorrect: Proportion;
  /** Share of the initially correct that the attack turned; 'empty' where none was correct. */
  readonly fooled: {
    readonly remove: Proportion;
    readonly insert: Proportion;
    readonly both: Proportion;
  };
  readonly sensitivity: BeforeAfter;
  readonly specificity: BeforeAfter;
  readonly scoreShift: { readonly remove: ScoreShift; readonly insert: ScoreShift };
}

/** Options of {@link evaluatePaired}. */
export interface EvaluatePairedOptions {
  /** A score above it is called positive; default 0.5. */
  readonly threshold?: number;
  /** Confidence level of every interval; default 0.95. */
  readonly level?: number;
  /** Interval of proportions; default 'wilson'. */
  readonly ci?: IntervalMethod;
  /** Least and greatest possible score; default [0, 1], so that logits are not taken for probabilities. */
  readonly scoreRange?: readonly [number, number];
}

/**
 * Evaluates an attack from the scores of real images and their fakes: the numbers of the paper's
 * Table 1, each with its interval (Wilson or Clopper-Pearson, DeLong for areas).
 *
 * Images are treated as independent; several images of a patient make the intervals too narrow.
 *
 * @param records one per pair, both classes, each image once
 * @throws PairedRecordError listing every problem of the records
 * @throws RangeError if the threshold lies outside the score range, or the level outside (0, 1)
 * @see Zhou et al. 2021, Table 1, doi 10.1038/s41467-021-27577-x
 */
export function evaluatePaired(
  records: readonly PairedRecord[],
  options: EvaluatePairedOptions = {},
): PairedEvaluation {
  const { threshold = 0.5, level = 0.95, ci = 'wilson', scoreRange = [0, 1] } = options;
  if (!(threshold >= scoreRange[0] && threshold <= scoreRange[1])) {
    throw new RangeError(`evaluatePaired: threshold must lie in [${scoreRange}], got ${threshold}`);
  }
  const problems = validateRecords(records, { scoreRange });
  if (problems.length > 0) throw new PairedRecordError('evaluatePaired', problems);

  const pairs = records.map((record) => evaluatePair(record, threshold));
  const positives = pairs.filter((pair) => pair.label === 'positive');
  const negatives = pairs.filter((pair) => pair.label === 'negative');
  const settings: Settings = { threshold, level, method: ci };
  const sensitivity = beforeAfter(positives, settings);
  const specificity = beforeAfter(negatives, settings);
  const scoresFake = pairs.map((pair) => pair.scoreFake);
  const labels = pairs.map((pair) => pair.label);
  const intended = pairs.map((pair) => pair.intendedLabel);
  return {
    ...settings,
    n: { pairs: pairs.length, positives: positives.length, negatives: negatives.length },
    pairs,
    aucReal: deLongInterval(
      pairs.map((pair) => pair.scoreReal),
      labels,
      { level },
    ),
    aucFakeFlipped: deLongInterval(scoresFake, intended, { level }),
    aucFakeOriginal: deLongInterval(scoresFake, labels, { level }),
    positivesCorrect: sensitivity.before,
    negativesCorrect: specificity.before,
    fooled: {
      remove: fooledShare(positives, settings),
      insert: fooledShare(negatives, settings),
      both: fooledShare(pairs, settings),
    },
    sensitivity,
    specificity,
    scoreShift: { remove: shiftOf(positives), insert: shiftOf(negatives) },
  };
}

/**
 * What the attack did to one pair. A score above the threshold is called positive, one at the
 * threshold negative.
 */
export function pairOutcome(
  record: Pick<PairedRecord, 'label' | 'scoreReal' | 'scoreFake'>,
  threshold: number,
): PairOutcome {
  if (called(record.scoreReal, threshold) !== record.label) return 'skipped';
  return called(record.scoreFake, threshold) === record.label ? 'resisted' : 'fooled';
}

interface Settings {
  readonly threshold: number;
  readonly level: number;
  readonly method: IntervalMethod;
}

function called(score: number, threshold: number): BinaryLabel {
  return score > threshold ? 'positive' : 'negative';
}

function evaluatePair(record: PairedRecord, threshold: number): EvaluatedPair {
  const outcome = pairOutcome(record, threshold);
  return { ...record, outcome, shift: record.scoreFake - record.scoreReal };
}

function fooledShare(pairs: readonly EvaluatedPair[], { level, method }: Settings): Proportion {
  const fooled = pairs.filter((pair) => pair.outcome === 'fooled').length;
  const correct = pairs.filter((pair) => pair.outcome !== 'skipped').length;
  return proportion(fooled, correct, { level, method });
}

function beforeAfter(
  pairs: readonly EvaluatedPair[],
  { threshold, level, method }: Settings,
): BeforeAfter {
  const before = pairs.map((pair) => called(pair.scoreReal, threshold) === pair.label);
  const after = pairs.map((pair) => called(pair.scoreFake, threshold) === pair.label);
  const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
  return {
    before: proportion(count(before), pairs.length, { level, method }),
    after: proportion(count(after), pairs.length, { level, method }),
    mcNemar: mcNemarTest(
      count(before.map((right, i) => right && !after[i])),
      count(before.map((right, i) => !right && after[i] === true)),
    ),
  };
}

function shiftOf(pairs: readonly EvaluatedPair[]): ScoreShift {
  const shifts = pairs.map((pair) => pair.shift).sort((a, b) => a - b);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = shifts.length >> 1;
  return {
    n: shifts.length,
    meanBefore: mean(pairs.map((pair) => pair.scoreReal)),
    meanAfter: mean(pairs.map((pair) => pair.scoreFake)),
    mean: mean(shifts),
    median: shifts.length % 2 ? shifts[middle]! : (shifts[middle - 1]! + shifts[middle]!) / 2,
    least: shifts[0]!,
    greatest: shifts.at(-1)!,
  };
}
