import type { AccuracyPolicy } from '../answers/accuracy.ts';
import { type ScoredRead, scoreReads } from '../answers/score-reads.ts';
import type { ConfidenceInterval, ResultContext } from '../inference/test-result.ts';
import { gee } from '../models/gee.ts';
import { glmm } from '../models/glmm.ts';
import { type ReadingTimeModel, readingTimeModel } from '../reading-time/reading-time-model.ts';
import type { Read, Truth } from '../reads.ts';

/** What a session changes for all readers together, by a model. */
export interface SessionEffect extends Pick<ResultContext, 'method' | 'references'> {
  /** Kind of the images; right is "real" for reals, "not real" for fakes. */
  readonly truth: Truth;
  /** gee: these readers, images like these. glmm: readers and images like these. */
  readonly model: 'gee' | 'glmm';
  /** 'ok', 'singular' (a spread is 0; the estimate stands), or why there is no estimate. */
  readonly status: string;
  /** Odds of a right answer in `to` over those in `from`; null without a fit. */
  readonly oddsRatio: number | null;
  /** Of the odds ratio: that of the coefficient, exponentiated; null without a fit. */
  readonly ci: Omit<ConfidenceInterval, 'method'> | null;
  /** Of odds ratio 1, two-sided, in (0, 1]; null without a fit. */
  readonly pValue: number | null;
}

/** Two sessions, and what "unsure" is worth. */
export interface SessionQuestion {
  readonly from: string;
  readonly to: string;
  /** Scores are 0 or 1, or left out. */
  readonly unsure: Exclude<AccuracyPolicy, 'half'>;
  readonly level: number;
}

/**
 * The change of the odds of a right answer from one session to another, over all readers: marginal, with
 * answers to one image correlated (exchangeable, Mancl-DeRouen), and with readers and images random.
 * Kinds of image that a session lacks, and studies of one reader, have none.
 */
export function sessionEffects(
  reads: readonly Read[],
  question: SessionQuestion,
): readonly SessionEffect[] {
  const { from, to, unsure } = question;
  const rows = scoreReads(reads, { unsure }).filter(
    ({ session }) => session === from || session === to,
  );
  return (['real', 'fake'] as const).flatMap((truth) => {
    const own = rows.filter((row) => row.truth === truth);
    const isIn = (session: string) => own.some((row) => row.session === session);
    if (!isIn(from) || !isIn(to) || new Set(own.map((row) => row.reader)).size < 2) return [];
    return [marginal(own, truth, question), mixed(own, truth, question)];
  });
}

/** Ratio of reading times of the two sessions, log-normal with crossed readers and images; null without times. */
export function sessionTimes(
  reads: readonly Read[],
  { from, to, level }: SessionQuestion,
): ReadingTimeModel['ratios'][number] | null {
  const timed = reads.filter(
    ({ session, seconds }) => (session === from || session === to) && (seconds ?? 0) > 0,
  );
  const isIn = (session: string) => timed.some((read) => read.session === session);
  if (!isIn(from) || !isIn(to) || new Set(timed.map((read) => read.reader)).size < 2) return null;
  return readingTimeModel(timed, { sessions: [from, to], level }).ratios[0] ?? null;
}

function marginal(
  rows: readonly ScoredRead[],
  truth: Truth,
  { from, to, level }: SessionQuestion,
): SessionEffect {
  const fit = gee(rows, {
    response: 'score',
    terms: ['session', 'reader'],
    levels: { session: [from, to] },
    cluster: 'case',
    correlation: 'exchangeable',
    correction: 'mancl-derouen',
    level,
  });
  return { truth, model: 'gee', ...effectOf(fit, `session${to}`) };
}

function mixed(
  rows: readonly ScoredRead[],
  truth: Truth,
  { from, to, level }: SessionQuestion,
): SessionEffect {
  const fit = glmm(rows, {
    response: 'score',
    terms: ['session'],
    levels: { session: [from, to] },
    random: ['case', 'reader', 'reader:session'],
    level,
  });
  return { truth, model: 'glmm', ...effectOf(fit, `session${to}`) };
}

function effectOf(
  fit: ReturnType<typeof gee> | ReturnType<typeof glmm>,
  term: string,
): Omit<SessionEffect, 'truth' | 'model'> {
  const { status, method, references } = fit;
  const found = fit.coefficients.find((one) => one.term === term);
  if (found?.status !== 'ok') {
    const why = found?.status ?? status;
    return { status: why, oddsRatio: null, ci: null, pValue: null, method, references };
  }
  const { level, lower, upper } = found.ci;
  return {
    status,
    oddsRatio: Math.exp(found.estimate),
    ci: { level, lower: Math.exp(lower), upper: Math.exp(upper) },
    pValue: found.pValue,
    method,
    references,
  };
}
