import {
  type Alternative,
  type ResultContext,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../test-result.ts';
import { waldTest } from '../wald-test.ts';
import { type CompatProfile, usedDf } from './compat-profile.ts';
import { type OrModel, type OrStatus, type OrVariance, varianceProblem } from './or-tests.ts';

/** The mean figure of a test, or the figure of one reader, with its interval. */
export type FigureEstimate =
  | (Omit<TestResult, 'pValue' | 'statistic'> &
      FigureName & { readonly statistic: null; readonly pValue: null })
  | (UndefinedResult<OrStatus> & FigureName);

/** Whose figure it is. */
export interface FigureName {
  readonly test: string;
  /** Absent where it is the mean of all readers. */
  readonly reader?: string;
}

/** The difference first − second of two tests, of the mean of all readers or of one. */
export type FigureDifference = (TestResult | UndefinedResult<OrStatus>) & {
  readonly first: string;
  readonly second: string;
  readonly reader?: string;
};

/** What all tests and intervals of an analysis have in common. */
export interface InferenceSettings {
  readonly model: OrModel;
  readonly level: number;
  readonly alternative: Alternative;
  readonly profile: CompatProfile;
  readonly context: ResultContext;
}

/**
 * The test of a difference whose variance is scale·denominator, or the status that says why there is
 * none.
 */
export function inferDifference(
  estimate: number,
  variance: OrVariance | null,
  scale: number,
  settings: InferenceSettings,
): TestResult | UndefinedResult<OrStatus> {
  const { alternative, level, profile } = settings;
  const context = { ...settings.context, components: variance?.components ?? {} };
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
  estimate: number,
  variance: OrVariance | null,
  name: FigureName,
  options: { readonly range: readonly [number, number]; readonly settings: InferenceSettings },
): FigureEstimate {
  const { range, settings } = options;
  const result = inferDifference(estimate, variance, 1, { ...settings, alternative: 'two-sided' });
  if (result.status !== 'ok') return { ...name, ...result };
  const { ci } = result;
  const [least, greatest] = settings.profile.truncatesMeans ? range : UNBOUNDED;
  return {
    ...result,
    ...name,
    statistic: null,
    pValue: null,
    ci: { ...ci, lower: Math.max(least, ci.lower), upper: Math.min(greatest, ci.upper) },
  };
}

const UNBOUNDED = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
