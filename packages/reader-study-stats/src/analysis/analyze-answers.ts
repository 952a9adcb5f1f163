import { type AccuracyPolicy, type AccuracyRow, readerAccuracies } from '../answers/accuracy.ts';
import { compareSessions, type SessionComparison } from '../answers/compare-sessions.ts';
import { type ReaderDetection, readerDetection } from '../answers/reader-detection.ts';
import { holmAdjust } from '../inference/multiple-comparisons.ts';
import { type ReadingTime, readingTimes } from '../reading-time/reading-time.ts';
import type { TimeRatio } from '../reading-time/reading-time-model.ts';
import type { Read, Truth } from '../reads.ts';
import type { ReportHead } from './report-head.ts';
import {
  type SessionEffect,
  type SessionQuestion,
  sessionEffects,
  sessionTimes,
} from './session-effects.ts';
import { type StudyConfig, StudyConfigError } from './study-config.ts';

/** A reader's accuracy in two sessions. */
export interface ComparedReader extends SessionComparison {
  /** One of `data.readers`. */
  readonly reader: string;
  /** Kind of the images; right is "real" for reals, "not real" for fakes. */
  readonly truth: Truth;
  /** Holm's, over all comparisons of the report. */
  readonly adjustedPValue: number;
}

/** What an analysis of answers gives: plain JSON, from which text and page are made. */
export interface AnswersReport extends ReportHead {
  /** Tells this report from the others. */
  readonly analysis: 'answers';
  /** What was read. */
  readonly data: {
    /** Answers. */
    readonly reads: number;
    /** In the order in which they first occur. */
    readonly readers: readonly string[];
    /** Sorted by alphabet. */
    readonly sessions: readonly string[];
    /** Different images, over all sessions. */
    readonly images: number;
  };
  /** By reader, session, truth and appearance, with Wilson's intervals of level 1 − alpha. */
  readonly accuracies: readonly AccuracyRow[];
  /** Each reader's accuracies in `compare.to` less those in `compare.from`; empty without two sessions to compare. */
  readonly comparisons: readonly ComparedReader[];
  /** Over all readers; empty without two sessions to compare. */
  readonly effects: readonly SessionEffect[];
  /** Ratio of reading times of the compared sessions, over all readers; null without them, or with one reader. */
  readonly timeRatio: TimeRatio | null;
  /** Where a reader saw real and fake images in a session, and it is said as what "unsure" counts. */
  readonly detection: readonly ReaderDetection[];
  /** By reader and session; empty without times. */
  readonly times: readonly ReadingTime[];
}

/**
 * Accuracies of readers who said real, not real or unsure, by session and kind of image; two sessions
 * compared; skill and bias apart; reading times.
 *
 * @param reads checked answers, see `parseReads`
 * @param config with a policy for "unsure"; `compare` names two sessions
 * @throws StudyConfigError where the policy is missing or the sessions are not those of the reads
 * @example
 * ```ts
 * analyzeAnswers(reads, { unsure: { policy: 'incorrect' } }).method; // => 'accuracy, unsure counts as incorrect; Wilson intervals'
 * ```
 */
export function analyzeAnswers(reads: readonly Read[], config: StudyConfig): AnswersReport {
  const policy = config.unsure?.policy;
  if (policy === undefined || policy === 'ordinal') {
    throw new StudyConfigError(['unsure.policy must be incorrect, exclude or half for answers']);
  }
  const readers = distinct(reads.map((read) => read.reader));
  const sessions = distinct(reads.map((read) => read.session)).sort();
  const level = 1 - (config.alpha ?? 0.05);
  const question = questionOf(config, { policy, level });
  const comparisons = question ? comparisonsOf(reads, readers, question) : [];
  const effects = question ? sessionEffects(reads, question) : [];
  const unsureAs = config.unsure?.as ?? (policy === 'exclude' ? 'exclude' : undefined);
  const simulated = reads.filter((read) => read.simulated).length;
  const warnings =
    simulated > 0
      ? [`${simulated} of ${reads.length} answers are simulated: this is no study's result`]
      : [];
  return {
    analysis: 'answers',
    title: config.title ?? 'Reader study',
    config,
    data: {
      reads: reads.length,
      readers,
      sessions,
      images: distinct(reads.map((read) => read.case)).length,
    },
    method: `accuracy, unsure counts as ${policy}; Wilson intervals`,
    accuracies: readerAccuracies(reads, { unsure: policy, level }),
    comparisons,
    effects,
    timeRatio: question && sessionTimes(reads, question),
    detection: unsureAs === undefined ? [] : readerDetection(reads, { unsureAs, level }),
    times: readingTimes(reads),
    warnings,
    references: [
      'Zhou et al. 2021, doi 10.1038/s41467-021-27577-x',
      'Wilson 1927, doi 10.1080/01621459.1927.10502953',
      ...(comparisons[0]?.references ?? []),
      ...effects.flatMap((effect) => (effect.truth === effects[0]!.truth ? effect.references : [])),
    ],
  };
}

/** The two sessions that are to be compared, if any. */
function questionOf(
  { compare }: StudyConfig,
  { policy, level }: { readonly policy: AccuracyPolicy; readonly level: number },
): SessionQuestion | null {
  if (compare === undefined) return null;
  if (policy === 'half') {
    throw new StudyConfigError([
      'unsure.policy half has no whole counts: sessions cannot be compared',
    ]);
  }
  return { ...compare, unsure: policy, level };
}

function comparisonsOf(
  reads: readonly Read[],
  readers: readonly string[],
  question: SessionQuestion,
): readonly ComparedReader[] {
  const { from, to } = question;
  const results = readers.flatMap((reader) =>
    (['real', 'fake'] as const).flatMap((truth) => {
      const seen = (session: string): boolean =>
        reads.some(
          (read) => read.reader === reader && read.session === session && read.truth === truth,
        );
      if (!seen(from) || !seen(to)) return [];
      const result = compareSessions(reads, { reader, truth, ...question });
      return [{ ...result, reader, truth }];
    }),
  );
  if (results.length === 0) {
    throw new StudyConfigError([
      `compare: no reader has answers in both sessions ${from} and ${to}`,
    ]);
  }
  const adjusted = holmAdjust(results.map(({ pValue }) => pValue));
  return results.map((result, index) => ({ ...result, adjustedPValue: adjusted[index]! }));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
