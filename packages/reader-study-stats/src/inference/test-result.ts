/** A confidence interval; of level 1 − 2α where it belongs to a one-sided test at α. */
export interface ConfidenceInterval {
  /** Confidence level, inside (0, 1). */
  readonly level: number;
  /** Lower end, in the unit of the estimate; at most the upper one. */
  readonly lower: number;
  /** Upper end, in the unit of the estimate. */
  readonly upper: number;
  /** How it was computed, such as 'newcombe-wilson'; where the test makes it too, the name of the test. */
  readonly method: string;
}

/** Which way a test looks; 'greater' means that the estimate is above the null value. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** What every result says about where it comes from. */
export interface ResultContext {
  /** Variance components and other parts of the standard error, by name. */
  readonly components?: Readonly<Record<string, number>>;
  /** The design that was found or assumed: 'crossed', 'paired', … */
  readonly design?: string;
  /** Sample sizes by name: readers, positives, negatives, … */
  readonly n?: Readonly<Record<string, number>>;
  /** What a reader of the result has to know; empty if nothing. */
  readonly warnings: readonly string[];
  /** Name of the method and of the options that change it, for a report: 'delong', 'cohen-kappa, linear', … */
  readonly method: string;
  /** Authors, year, DOI. */
  readonly references: readonly string[];
}

/** The one shape of every test's result; each kind of test narrows the fields. */
export interface StatisticalResult extends ResultContext {
  /** 'ok', or why there is no test. */
  readonly status: string;
  /** What is estimated, in its own unit; null where there is no single number or it could not be computed. */
  readonly estimate: number | null;
  /** Standard error of the estimate, ≥ 0, in its unit; null where the method has none. */
  readonly se: number | null;
  /** Value of the test statistic; null where there is no test, or an exact one that needs none. */
  readonly statistic: number | null;
  /** Distribution of the statistic under the null hypothesis; null where there is no statistic. */
  readonly dist: string | null;
  /** Degrees of freedom; null where the distribution has none. */
  readonly df: number | readonly number[] | null;
  /** In (0, 1]; never 0: what underflows is given as the smallest positive number. null where there is no test. */
  readonly pValue: number | null;
  /** Which way the test looked, whether or not it was possible. */
  readonly alternative: string;
  /** Interval of the estimate; null where the method has none or it could not be computed. */
  readonly ci: ConfidenceInterval | null;
}

/** An estimate with its test against a null value, and its interval. */
export interface TestResult extends StatisticalResult {
  readonly status: 'ok';
  readonly estimate: number;
  /** Standard error of the estimate, above 0, in its unit. */
  readonly se: number;
  /** (estimate − null value)/se. */
  readonly statistic: number;
  readonly dist: 'normal' | 't';
  /** Degrees of freedom; null for the normal distribution. */
  readonly df: number | null;
  readonly pValue: number;
  readonly alternative: Alternative;
  readonly ci: ConfidenceInterval;
}

/** A test of several parameters at once, which has no single estimate. */
export interface OmnibusResult extends StatisticalResult {
  readonly status: 'ok';
  readonly estimate: null;
  readonly se: null;
  /** F or χ², ≥ 0; larger is further from the null hypothesis. */
  readonly statistic: number;
  readonly dist: 'F' | 'chi-square';
  /** Numerator and denominator of F; one number for χ². */
  readonly df: readonly number[];
  /** In (0, 1]. */
  readonly pValue: number;
  readonly alternative: 'two-sided';
  readonly ci: null;
}

/** No test is possible, and `status` says why; what could be computed is given, the rest is null. */
export interface UndefinedResult<Status extends string> extends StatisticalResult {
  readonly status: Status;
  readonly statistic: null;
  readonly dist: null;
  readonly df: null;
  readonly pValue: null;
  readonly alternative: Alternative;
  readonly ci: null;
}

/** The variance is estimated as zero, so there is neither a statistic nor a p-value. */
export type ZeroVarianceResult = UndefinedResult<'zero-variance'>;

/** The p-value of a statistic whose upper tail is given by `sf`. */
export function pValueOf(
  statistic: number,
  alternative: Alternative,
  sf: (x: number) => number,
): number {
  const p =
    alternative === 'two-sided'
      ? 2 * sf(Math.abs(statistic))
      : sf(alternative === 'greater' ? statistic : -statistic);
  return Math.min(1, Math.max(p, Number.MIN_VALUE));
}

/** An {@link UndefinedResult}: everything that is not given is null. */
export function undefinedResult<Status extends string, Context extends ResultContext>(
  status: Status,
  known: { readonly estimate?: number; readonly se?: number; readonly alternative: Alternative },
  context: Context,
): UndefinedResult<Status> & Context {
  return {
    status,
    estimate: known.estimate ?? null,
    se: known.se ?? null,
    statistic: null,
    dist: null,
    df: null,
    pValue: null,
    alternative: known.alternative,
    ci: null,
    ...context,
  };
}
