import { type Proportion, type ProportionOptions, proportion } from '../proportions/proportion.ts';
import type { Appearance, Read, Truth } from '../reads.ts';

/**
 * What "unsure" is worth. 'incorrect': wrong. 'exclude': the answer leaves the numerator and the
 * denominator. 'half': half right. 'ordinal': a rating between "real" and "not real", for areas under
 * ROC curves. There is no default: the choice changes the result and is reported.
 */
export type UnsurePolicy = 'incorrect' | 'exclude' | 'half' | 'ordinal';

/** Policies under which an answer is right, wrong or half right: those that have accuracies. */
export type AccuracyPolicy = Exclude<UnsurePolicy, 'ordinal'>;

/** Share of right answers of one reader in one session, for one kind of image. */
export interface AccuracyRow {
  /** Whose answers, as {@link Read} names the reader. */
  readonly reader: string;
  /** Where they were given, as {@link Read} names the session. */
  readonly session: string;
  /** Kind of the images: the accuracy is that of answering "real" to reals, or "not real" to fakes. */
  readonly truth: Truth;
  /** Part of those images; 'all' is both parts together. */
  readonly appearance: 'all' | Appearance;
  /** Images shown, whatever the policy counts. */
  readonly shown: number;
  /** Answers "unsure" among them. */
  readonly unsure: number;
  /** Right answers over those that the policy counts; 'empty' where it counts none. */
  readonly accuracy: Proportion;
  /** What "unsure" was worth. */
  readonly policy: AccuracyPolicy;
  /** true if any answer in the cell is simulated. */
  readonly simulated: boolean;
}

/** Options of {@link readerAccuracies}. */
export interface AccuracyOptions extends ProportionOptions {
  /** What "unsure" is worth; no default: the choice changes the accuracies. */
  readonly unsure: AccuracyPolicy;
}

/**
 * What an answer is worth: 1 right, 0 wrong, ½ or null (not counted) for "unsure" by the policy.
 *
 * @throws RangeError if the policy is unknown, or 'ordinal', which has no right and wrong
 * @example
 * ```ts
 * answerScore({ truth: 'fake', label: 'unsure' }, 'half'); // => 0.5
 * ```
 */
export function answerScore(
  read: Pick<Read, 'truth' | 'label'>,
  policy: AccuracyPolicy,
): 0 | 0.5 | 1 | null {
  if (read.label !== 'unsure') return (read.label === 'real') === (read.truth === 'real') ? 1 : 0;
  switch (policy) {
    case 'incorrect':
      return 0;
    case 'half':
      return 0.5;
    case 'exclude':
      return null;
    default:
      throw new RangeError(
        `answerScore: policy must be incorrect, exclude or half, got ${String(policy satisfies never)} (ordinal answers have areas: readerAreas)`,
      );
  }
}

/**
 * Accuracies by reader × session × {real, fake} × {all, positive, negative} (Tables 3 and 4 of the
 * paper), in the order in which readers and sessions first occur. Cells without images are left out;
 * cells whose answers the policy excludes altogether have `accuracy.status` 'empty'.
 * With 'half' the interval is an approximation, and 'clopper-pearson' is refused where k is not whole.
 *
 * @param reads answers of any number of readers and sessions
 * @param options policy for "unsure"; level (0.95) and method ('wilson') of the intervals
 * @throws RangeError if the policy or the level is not valid
 * @example
 * ```ts
 * const rows = readerAccuracies(reads, { unsure: 'incorrect' });
 * rows.find((row) => row.reader === 'R1' && row.truth === 'fake')?.accuracy; // { status: 'ok', k, n, rate, lower, upper }
 * ```
 * @see Zhou et al. 2021, Tables 3 and 4, doi 10.1038/s41467-021-27577-x
 */
export function readerAccuracies(
  reads: readonly Read[],
  options: AccuracyOptions,
): readonly AccuracyRow[] {
  const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
  const rows: AccuracyRow[] = [];
  for (const reader of unique(reads.map((read) => read.reader))) {
    const ofReader = reads.filter((read) => read.reader === reader);
    for (const session of unique(ofReader.map((read) => read.session))) {
      const ofSession = ofReader.filter((read) => read.session === session);
      rows.push(...sessionRows(ofSession, reader, session, options));
    }
  }
  return rows;
}

function sessionRows(
  reads: readonly Read[],
  reader: string,
  session: string,
  options: AccuracyOptions,
): readonly AccuracyRow[] {
  const rows: AccuracyRow[] = [];
  for (const truth of ['real', 'fake'] as const) {
    for (const appearance of ['all', 'positive', 'negative'] as const) {
      const cell = reads.filter(
        (read) => read.truth === truth && (appearance === 'all' || read.appearance === appearance),
      );
      if (cell.length === 0) continue;
      const scores = cell
        .map((read) => answerScore(read, options.unsure))
        .filter((s) => s !== null);
      const right = scores.reduce<number>((sum, score) => sum + score, 0);
      rows.push({
        reader,
        session,
        truth,
        appearance,
        shown: cell.length,
        unsure: cell.filter((read) => read.label === 'unsure').length,
        accuracy: proportion(right, scores.length, options),
        policy: options.unsure,
        simulated: cell.some((read) => read.simulated),
      });
    }
  }
  return rows;
}
