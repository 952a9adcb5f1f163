import {
  type Alternative,
  type ResultContext,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { twoSidedQuantile, waldTest } from '../inference/wald-test.ts';
import { type CompatProfile, usedDf } from './compat-profile.ts';
import { type OrModel, type OrStatus, type OrVariance, varianceProblem } from './or-tests.ts';

/** The mean figure of a test, or the figure of one reader, with its interval. */
export type FigureEstimate =
  | (Omit<TestResult, 'pValue' | 'statistic'> &
      FigureName & {
        /** A mean figure is not tested. */
        readonly statistic: null;
        /** A mean figure is not tested. */
        readonly pValue: null;
      })
  | (UndefinedResult<OrStatus> & FigureName);

/** Whose figure it is. */
export interface FigureName {
  /** One of the table's `tests`. */
  readonly test: string;
  /** Absent where it is the mean of all readers. */
  readonly reader?: string;
}

/** The difference first − second of two tests, of the mean of all readers or of one. */
export type FigureDifference = (TestResult | UndefinedResult<OrStatus>) & {
  /** The test whose figure comes first: above 0, it has the higher one. */
  readonly first: string;
  /** The test whose figure is subtracted. */
  readonly second: string;
  /** Absent where it is the mean of all readers. */
  readonly reader?: string;
};

/** What all tests and intervals of an analysis have in common. */
export interface InferenceSettings {
  readonly model: OrModel;
  readonly level: number;
  readonly alternative: Alternative;
  readonly profile: CompatProfile;
  /** Scale of the intervals of means; default 'plain'. */
  readonly meanInterval?: MeanInterval;
  readonly context: ResultContext;
}

/**
 * How the interval of a mean figure is computed. 'plain': estimate ± t·se, cut at the figure's range;
 * 'logit': on log((θ − least)/(greatest − θ)), which keeps closer to its level near the ends.
 */
export type MeanInterval = 'plain' | 'logit';

/** An estimate, and what its standard error is made of. */
export interface FigureToInfer<Name> {
  readonly estimate: number;
  /** null: a mean square that it needs is not defined. */
  readonly variance: OrVariance | null;
  /** The variance of the estimate is scale·denominator. */
  readonly scale: number;
  /** What is estimated; it stands in the result. */
  readonly name: Name;
}

/** The test of a difference, or the status that says why there is none. */
export function inferDifference<Name extends object>(
  { estimate, variance, scale, name }: FigureToInfer<Name>,
  { alternative, level, profile, context: shared }: InferenceSettings,
): (TestResult | UndefinedResult<OrStatus>) & Name {
  const context = { ...shared, components: variance?.components ?? {}, ...name };
  if (variance === null) return undefinedResult('one-reader', { estimate, alternative }, context);
  const problem = varianceProblem(variance.denominator);
  if (problem) {
    const se = problem === 'zero-variance' ? { se: 0 } : {};
    return undefinedResult(problem, { estimate, ...se, alternative }, context);
  }
  const se = Math.sqrt(scale * variance.denominator);
  const df = variance.df === null ? null : usedDf(variance.df, profile);
  return waldTest({ estimate, se, df, alternative, level }, context);
}

/** The interval of a mean figure, cut at the figure's range where the profile says so. */
export function inferMean(
  { estimate, variance, name }: Omit<FigureToInfer<FigureName>, 'scale'>,
  range: readonly [number, number],
  settings: InferenceSettings,
): FigureEstimate {
  const { level, profile, context: shared } = settings;
  const problem = variance === null ? 'one-reader' : varianceProblem(variance.denominator);
  if (variance === null || problem) {
    const twoSided = { ...settings, alternative: 'two-sided' } as const;
    return inferDifference({ estimate, variance, scale: 1, name }, twoSided) as FigureEstimate;
  }
  const se = Math.sqrt(variance.denominator);
  const df = variance.df === null ? null : usedDf(variance.df, profile);
  const half = se * twoSidedQuantile(level, df);
  const isLogit = settings.meanInterval === 'logit';
  const bounds = isLogit
    ? logitBounds(estimate, half, range)
    : plainBounds(estimate, half, profile.truncatesMeans ? range : UNBOUNDED);
  return {
    status: 'ok',
    ...name,
    estimate,
    se,
    statistic: null,
    dist: df === null ? 'normal' : 't',
    df,
    pValue: null,
    alternative: 'two-sided',
    ci: {
      level,
      ...bounds,
      method: isLogit ? `${shared.method}, logit` : shared.method,
    },
    ...shared,
    components: variance.components,
  };
}

function plainBounds(
  estimate: number,
  half: number,
  [least, greatest]: readonly [number, number],
): { readonly lower: number; readonly upper: number } {
  return { lower: Math.max(least, estimate - half), upper: Math.min(greatest, estimate + half) };
}

/** θ ± half by the delta method on the logit of its place in the range; cut plainly at the very ends. */
function logitBounds(
  estimate: number,
  half: number,
  [least, greatest]: readonly [number, number],
): { readonly lower: number; readonly upper: number } {
  const width = greatest - least;
  const place = (estimate - least) / width;
  if (!(place > 0 && place < 1)) return plainBounds(estimate, half, [least, greatest]);
  const center = Math.log(place / (1 - place));
  const spread = half / width / (place * (1 - place));
  const back = (x: number) => least + width / (1 + Math.exp(-x));
  return { lower: back(center - spread), upper: back(center + spread) };
}

const UNBOUNDED = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
