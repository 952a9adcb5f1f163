import type { AccuracyPolicy } from '../answers/accuracy.ts';
import { type ScoredRead, scoreReads } from '../answers/score-reads.ts';
import { averagePrediction, type PredictedProbability } from '../models/average-prediction.ts';
import type { ModelCoefficient } from '../models/fitted-model.ts';
import { type GeeFit, type GeeStatus, gee, type WorkingCorrelation } from '../models/gee.ts';
import { type GlmmFit, type GlmmStatus, glmm } from '../models/glmm.ts';
import type { SmallSampleCorrection } from '../models/sandwich.ts';
import type { Appearance, Read, Truth } from '../reads.ts';

/** How answers to one image, or of one reader, are taken to be alike. */
export type LearningModel =
  | {
      /** Answers clustered by image, readers as fixed effects: the average over images, of these readers. */
      readonly kind: 'gee';
      /** What answers to one image are taken to have in common. */
      readonly correlation: WorkingCorrelation;
      /** Of the robust covariance; with 'none' errors are too small below about 50 images. */
      readonly correction: SmallSampleCorrection;
    }
  | {
      /** Images and readers as random intercepts; two readers or more. */
      readonly kind: 'glmm';
    };

/** Options of {@link learningCurve}. */
export interface LearningCurveOptions {
  /** Kind of the images; reals and fakes have curves of their own. */
  readonly truth: Truth;
  /** Default 'all'. */
  readonly appearance?: 'all' | Appearance;
  /** Sessions with one slope in common, each with its own level. */
  readonly sessions: readonly string[];
  /** Default: all. One reader alone needs the 'gee'. */
  readonly readers?: readonly string[];
  /** What "unsure" is worth. */
  readonly unsure: AccuracyPolicy;
  /** No default: it decides for whom the trend holds. */
  readonly model: LearningModel;
  /** Points of each session's curve; default 25. */
  readonly points?: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** A point of a learning curve. */
export interface LearningPoint extends PredictedProbability {
  /** One of the sessions asked for. */
  readonly session: string;
  /** Position in the session. */
  readonly order: number;
}

/** Result of {@link learningCurve}. */
export interface LearningCurve {
  /** Of the model: why there is no fit, where `curve` is empty. */
  readonly status: GeeFit['status'] | GlmmFit['status'];
  /** Change of the log odds of a right answer per 100 images. */
  readonly trend: ModelCoefficient<GeeStatus | GlmmStatus>;
  /** e^trend; null without a fit. */
  readonly oddsRatioPer100: number | null;
  /** Empty without a fit. */
  readonly curve: readonly LearningPoint[];
  /** The whole model; its term `hundreds` is the trend. */
  readonly fit: GeeFit | GlmmFit;
  /** true if any answer is simulated. */
  readonly simulated: boolean;
}

/**
 * Whether answers become better within a session: the log odds of a right answer as a straight line in
 * the position of the image,
 *
 * logit P(right) = session + reader + trend·(position/100),
 *
 * readers fixed and answers clustered by image ('gee'), or readers and images random ('glmm'). Order is
 * the same for all readers in many studies (this one's too), so that what is learned cannot be told
 * from harder images coming later; only a random order per reader can.
 *
 * @param reads all reads of the study
 * @param options which reads, the policy for "unsure", the model
 * @returns the trend with its test, and the predicted share of right answers over each session with a
 *   pointwise band: 'gee', the mean over the readers; 'glmm', a reader and an image in the middle
 * @throws RangeError if nothing is selected or an option is not valid
 * @example
 * ```ts
 * const model = { kind: 'gee', correlation: 'exchangeable', correction: 'mancl-derouen' } as const;
 * learningCurve(reads, { truth: 'fake', sessions: ['3', '5'], unsure: 'incorrect', model }).oddsRatioPer100;
 * ```
 * @see Zeger, Liang and Albert 1988, Biometrics 44:1049, doi 10.2307/2531734 (averages over clusters or given them)
 */
export function learningCurve(
  reads: readonly Read[],
  options: LearningCurveOptions,
): LearningCurve {
  const { points = 25, level = 0.95, sessions, model } = options;
  if (!Number.isInteger(points) || points < 2) {
    throw new RangeError(
      `learningCurve: points must be a whole number of at least 2, got ${points}`,
    );
  }
  const rows = selectRows(reads, options);
  const readers = [...new Set(rows.map((row) => row.reader))].sort();
  if (model.kind === 'glmm' && readers.length < 2) {
    throw new RangeError(
      `learningCurve: the glmm needs two or more readers, got ${readers}; use the gee for one`,
    );
  }
  const fit = fitModel(rows, readers, options);
  const trend = fit.coefficients.find(({ term }) => term === 'hundreds')!;
  const coefficients = fit.coefficients.flatMap(({ estimate }) => estimate ?? []);
  const { covariance } = fit;
  const curve =
    covariance === null
      ? []
      : sessions.flatMap((session) =>
          grid(rows, session, points).map((order): LearningPoint => {
            const place = readers.map((reader) => ({ session, reader, hundreds: order / 100 }));
            const estimates = { model: fit.model, coefficients, covariance };
            return { session, order, ...averagePrediction(estimates, place, level) };
          }),
        );
  return {
    status: fit.status,
    trend,
    oddsRatioPer100: trend.estimate === null ? null : Math.exp(trend.estimate),
    curve,
    fit,
    simulated: rows.some((row) => row.simulated),
  };
}

type LearningRow = ScoredRead & { readonly hundreds: number };

function selectRows(
  reads: readonly Read[],
  { truth, appearance = 'all', sessions, readers, unsure }: LearningCurveOptions,
): readonly LearningRow[] {
  const chosen = reads.filter(
    (read) =>
      read.truth === truth &&
      (appearance === 'all' || read.appearance === appearance) &&
      sessions.includes(read.session) &&
      (readers?.includes(read.reader) ?? true),
  );
  for (const session of sessions) {
    if (!chosen.some((read) => read.session === session)) {
      throw new RangeError(
        `learningCurve: session ${session} must have answers to ${truth} images, got none`,
      );
    }
  }
  if (chosen.length === 0) throw new RangeError('learningCurve: sessions must name one, got none');
  return scoreReads(chosen, { unsure }).map((read) => ({ ...read, hundreds: read.order / 100 }));
}

function fitModel(
  rows: readonly LearningRow[],
  readers: readonly string[],
  { sessions, model, level = 0.95 }: LearningCurveOptions,
): GeeFit | GlmmFit {
  const several = sessions.length > 1;
  const shared = {
    response: 'score',
    level,
    levels: several ? { session: sessions } : {},
  } as const;
  const terms = ['hundreds', ...(several ? ['session'] : [])] as ('hundreds' | 'session')[];
  if (model.kind === 'glmm') return glmm(rows, { ...shared, terms, random: ['case', 'reader'] });
  return gee(rows, {
    ...shared,
    terms: readers.length > 1 ? [...terms, 'reader'] : terms,
    cluster: 'case',
    correlation: model.correlation,
    correction: model.correction,
  });
}

/** Evenly spaced positions from a session's first to its last. */
function grid(rows: readonly LearningRow[], session: string, points: number): readonly number[] {
  const orders = rows.filter((row) => row.session === session).map((row) => row.order);
  const [first, last] = [Math.min(...orders), Math.max(...orders)];
  return Array.from({ length: points }, (_, k) => first + (k * (last - first)) / (points - 1));
}
