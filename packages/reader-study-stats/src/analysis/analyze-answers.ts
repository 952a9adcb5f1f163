import {
  type AccuracyPolicy,
  type AccuracyRow,
  answerScore,
  readerAccuracies,
} from '../accuracy.ts';
import { compareSessions, type SessionComparison } from '../compare-sessions.ts';
import { holmAdjust } from '../multiple-comparisons.ts';
import { type ReadingTime, readingTimes } from '../reading-time.ts';
import type { Read, Truth } from '../reads.ts';
import { type SignalDetection, signalDetection } from '../signal-detection.ts';
import { type StudyConfig, StudyConfigError } from './study-config.ts';

/** Skill and bias of one reader in one session. */
export interface ReaderDetection extends SignalDetection {
  readonly reader: string;
  readonly session: string;
}

/** A reader's accuracy in two sessions. */
export interface ComparedReader extends SessionComparison {
  readonly reader: string;
  readonly truth: Truth;
  /** Holm's, over all comparisons of the report. */
  readonly adjustedPValue: number;
}

/** What an analysis of answers gives: plain JSON, from which text and page are made. */
export interface AnswersReport {
  readonly analysis: 'answers';
  readonly title: string;
  readonly config: StudyConfig;
  readonly data: {
    readonly reads: number;
    readonly readers: readonly string[];
    readonly sessions: readonly string[];
    readonly images: number;
  };
  readonly method: string;
  readonly accuracies: readonly AccuracyRow[];
  readonly comparisons: readonly ComparedReader[];
  /** Where a reader saw real and fake images in a session. */
  readonly detection: readonly ReaderDetection[];
  readonly times: readonly ReadingTime[];
  readonly warnings: readonly string[];
  readonly references: readonly string[];
}

/**
 * Accuracies of readers who said real, not real or unsure, by session and kind of image; two sessions
 * compared; skill and bias apart; reading times.
 *
 * @param reads checked answers, see `parseReads`
 * @param config with a policy for "unsure"; `compare` names two sessions
 * @throws StudyConfigError where the policy is missing or the sessions are not those of the reads
 */
export function analyzeAnswers(reads: readonly Read[], config: StudyConfig): AnswersReport {
  const policy = config.unsure?.policy;
  if (policy === undefined || policy === 'ordinal') {
    throw new StudyConfigError(['unsure.policy must be incorrect, exclude or half for answers']);
  }
  const readers = distinct(reads.map((read) => read.reader));
  const sessions = distinct(reads.map((read) => read.session)).sort();
  const level = 1 - (config.alpha ?? 0.05);
  const comparisons = comparisonsOf(reads, readers, { policy, level, compare: config.compare });
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
    detection: readers.flatMap((reader) =>
      sessions.flatMap((session) =>
        detectionOf(
          reads.filter((read) => read.reader === reader && read.session === session),
          policy,
          { reader, session },
        ),
      ),
    ),
    times: readingTimes(reads),
    warnings,
    references: [
      'Zhou et al. 2021, doi 10.1038/s41467-021-27577-x',
      'Wilson 1927, doi 10.1080/01621459.1927.10502953',
      ...(comparisons[0]?.references ?? []),
    ],
  };
}

function comparisonsOf(
  reads: readonly Read[],
  readers: readonly string[],
  {
    policy,
    level,
    compare,
  }: {
    readonly policy: AccuracyPolicy;
    readonly level: number;
    readonly compare: StudyConfig['compare'];
  },
): readonly ComparedReader[] {
  if (compare === undefined) return [];
  if (policy === 'half') {
    throw new StudyConfigError([
      'unsure.policy half has no whole counts: sessions cannot be compared',
    ]);
  }
  const results = readers.flatMap((reader) =>
    (['real', 'fake'] as const).flatMap((truth) => {
      const seen = (session: string): boolean =>
        reads.some(
          (read) => read.reader === reader && read.session === session && read.truth === truth,
        );
      if (!seen(compare.from) || !seen(compare.to)) return [];
      const result = compareSessions(reads, { reader, truth, ...compare, unsure: policy, level });
      return [{ ...result, reader, truth }];
    }),
  );
  if (results.length === 0) {
    throw new StudyConfigError([
      `compare: no reader has answers in both sessions ${compare.from} and ${compare.to}`,
    ]);
  }
  const adjusted = holmAdjust(results.map(({ pValue }) => pValue));
  return results.map((result, index) => ({ ...result, adjustedPValue: adjusted[index]! }));
}

/** Hits are right answers to fakes, false alarms wrong ones to reals; "unsure" as the policy says. */
function detectionOf(
  reads: readonly Read[],
  policy: AccuracyPolicy,
  name: { readonly reader: string; readonly session: string },
): readonly ReaderDetection[] {
  const scores = (truth: Truth): readonly number[] =>
    reads
      .filter((read) => read.truth === truth)
      .map((read) => answerScore(read, policy))
      .filter((score) => score !== null);
  const [fake, real] = [scores('fake'), scores('real')];
  if (fake.length === 0 || real.length === 0) return [];
  const counts = {
    hits: fake.reduce((sum, score) => sum + score, 0),
    fakes: fake.length,
    falseAlarms: real.reduce((sum, score) => sum + 1 - score, 0),
    reals: real.length,
  };
  return [{ ...name, ...signalDetection(counts) }];
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
