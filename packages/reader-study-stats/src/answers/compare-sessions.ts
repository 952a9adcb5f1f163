import type { ConfidenceInterval, StatisticalResult } from '../inference/test-result.ts';
import type { Appearance, Read, Truth } from '../reads.ts';
import type { Count } from '../two-by-two/count.ts';
import { fisherExactTest } from '../two-by-two/fisher-exact.ts';
import { newcombeInterval } from '../two-by-two/newcombe.ts';
import { type AccuracyPolicy, answerScore } from './accuracy.ts';

/** Options of {@link compareSessions}. */
export interface CompareSessionsOptions {
  /** Whose answers, as the reads name the reader. */
  readonly reader: string;
  /** Kind of the images; reals and fakes are never counted together. */
  readonly truth: Truth;
  /** Default 'all'. */
  readonly appearance?: 'all' | Appearance;
  /** Session that is subtracted: the earlier one, as a rule. */
  readonly from: string;
  /** Session from which it is subtracted. */
  readonly to: string;
  /** What "unsure" is worth; 'half' has no whole counts and is refused. */
  readonly unsure: Exclude<AccuracyPolicy, 'half'>;
  /** Confidence level of the interval; default 0.95. */
  readonly level?: number;
}

/** Result of {@link compareSessions}. */
export interface SessionComparison extends StatisticalResult {
  readonly status: 'ok';
  /** Right answers of those that count in the session `from`. */
  readonly from: Count;
  /** The same in the session `to`. */
  readonly to: Count;
  /** Accuracy in `to` minus accuracy in `from`. */
  readonly estimate: number;
  readonly se: null;
  readonly statistic: null;
  readonly dist: null;
  readonly df: null;
  /** Two-sided, Fisher's exact test. */
  readonly pValue: number;
  readonly alternative: 'two-sided';
  /** Newcombe's interval of the difference; with Fisher's test it need not agree at the border. */
  readonly ci: ConfidenceInterval;
  /** Test and interval. */
  readonly method: 'fisher-exact, newcombe-wilson';
}

/**
 * Whether one reader's accuracy differs between two sessions with different images: Newcombe's
 * interval for the difference and Fisher's exact test. Use {@link holmAdjust} over several of them.
 *
 * @param reads all reads of the study
 * @throws RangeError if a session has no such answers
 * @example
 * ```ts
 * const question = { reader: 'R1', truth: 'fake', from: '3', to: '5', unsure: 'incorrect' } as const;
 * const { estimate, pValue, ci } = compareSessions(reads, question);
 * ```
 */
export function compareSessions(
  reads: readonly Read[],
  options: CompareSessionsOptions,
): SessionComparison {
  const { level = 0.95 } = options;
  const from = countOf(reads, options.from, options);
  const to = countOf(reads, options.to, options);
  const { estimate, ...ci } = newcombeInterval(to, from, { level });
  const { pValue } = fisherExactTest(to, from);
  return {
    status: 'ok',
    from,
    to,
    estimate,
    se: null,
    statistic: null,
    dist: null,
    df: null,
    pValue,
    alternative: 'two-sided',
    ci,
    design: 'unpaired',
    n: { from: from.n, to: to.n },
    warnings: [],
    method: 'fisher-exact, newcombe-wilson',
    references: [
      'Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I',
      'Fisher 1935, doi 10.2307/2342435',
    ],
  };
}

function countOf(reads: readonly Read[], session: string, options: CompareSessionsOptions): Count {
  const { reader, truth, appearance = 'all', unsure } = options;
  const scores = reads
    .filter(
      (read) =>
        read.reader === reader &&
        read.session === session &&
        read.truth === truth &&
        (appearance === 'all' || read.appearance === appearance),
    )
    .map((read) => answerScore(read, unsure))
    .filter((score) => score !== null);
  if (scores.length === 0) {
    throw new RangeError(
      `compareSessions: session ${session} must have answers of reader ${reader} to ${truth} images, got none`,
    );
  }
  return { k: scores.filter((score) => score === 1).length, n: scores.length };
}
