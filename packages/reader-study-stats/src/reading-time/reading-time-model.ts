import type { ConfidenceInterval } from '../inference/test-result.ts';
import { type LmmFit, lmm } from '../models/lmm.ts';
import type { RandomTerm } from '../models/random-spread.ts';
import type { Read } from '../reads.ts';

/** Options of {@link readingTimeModel}. */
export interface ReadingTimeModelOptions {
  /** Sessions compared; the first is the reference. */
  readonly sessions: readonly string[];
  /**
   * Default: images, readers, and what a reader has in one session only. Without 'reader:session' the
   * conclusion is about these readers, not about readers like these.
   */
  readonly random?: readonly RandomTerm<Read>[];
  /** Default 'REML'. */
  readonly criterion?: 'REML' | 'ML';
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** Times of a session relative to the first. */
export interface TimeRatio {
  /** Session of the numerator. */
  readonly session: string;
  /** Session of the denominator: the first one asked for. */
  readonly reference: string;
  /** Ratio of geometric mean times; null without a fit. */
  readonly ratio: number | null;
  /** Of the ratio: that of the coefficient, exponentiated; null where the coefficient has none. */
  readonly ci: ConfidenceInterval | null;
  /** Of ratio 1, two-sided; null where the coefficient has none. */
  readonly pValue: number | null;
}

/** Result of {@link readingTimeModel}. */
export interface ReadingTimeModel {
  /** Of the model of log seconds. */
  readonly status: LmmFit['status'];
  /** Of each session but the first, in the order of the options. */
  readonly ratios: readonly TimeRatio[];
  /** The model of log seconds. */
  readonly fit: LmmFit;
  /** Reads without a time, left out. */
  readonly untimed: number;
  /** true if any time is simulated. */
  readonly simulated: boolean;
}

/**
 * Reading times of several sessions by a log-normal mixed model with crossed readers and images:
 *
 * log seconds = session + image + reader (+ reader in session) + error,
 *
 * so that e^coefficient is a ratio of times.
 *
 * @param reads all reads of the study
 * @throws RangeError if fewer than two sessions are given, or a time is 0
 * @example
 * ```ts
 * const model = readingTimeModel(reads, { sessions: ['3', '5'] });
 * ```
 * @see Baayen, Davidson and Bates 2008, J Mem Lang 59:390, doi 10.1016/j.jml.2007.12.005
 */
export function readingTimeModel(
  reads: readonly Read[],
  options: ReadingTimeModelOptions,
): ReadingTimeModel {
  const { sessions, random = ['case', 'reader', 'reader:session'], level = 0.95 } = options;
  if (sessions.length < 2) {
    throw new RangeError(`readingTimeModel: sessions must name two or more, got ${sessions}`);
  }
  const chosen = reads.filter((read) => sessions.includes(read.session));
  const timed = chosen.flatMap((read) =>
    read.seconds === undefined ? [] : { ...read, logSeconds: Math.log(read.seconds) },
  );
  const zero = timed.find((read) => read.seconds === 0);
  if (zero) {
    throw new RangeError(
      `readingTimeModel: seconds must be above 0, got 0 of reader ${zero.reader} for case ${zero.case}`,
    );
  }
  const fit = lmm(timed, {
    response: 'logSeconds',
    terms: ['session'],
    levels: { session: sessions },
    random,
    level,
    criterion: options.criterion ?? 'REML',
  });
  return {
    status: fit.status,
    ratios: sessions.slice(1).map((session, k): TimeRatio => {
      const { estimate, ci, pValue } = fit.coefficients[k + 1]!;
      return {
        session,
        reference: sessions[0]!,
        ratio: estimate === null ? null : Math.exp(estimate),
        ci: ci && { ...ci, lower: Math.exp(ci.lower), upper: Math.exp(ci.upper) },
        pValue,
      };
    }),
    fit,
    untimed: chosen.length - timed.length,
    simulated: chosen.some((read) => read.simulated),
  };
}
