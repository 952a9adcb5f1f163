import { normal } from '../distributions/normal.ts';
import { studentT } from '../distributions/student-t.ts';
import {
  type ConfidenceInterval,
  pValueOf,
  type ResultContext,
  type StatisticalResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';

/**
 * A chance-corrected agreement. `se` is the standard error whatever the true agreement is, and makes the interval;
 * `seNull` is the one under no agreement beyond chance, and makes the test. They are different numbers.
 */
export interface AgreementResult extends StatisticalResult {
  readonly status: 'ok';
  /** (observed − expected)/(1 − expected): 1 is full agreement, 0 what chance gives, below 0 less than chance. */
  readonly estimate: number;
  /** Non-null standard error, of the interval. */
  readonly se: number;
  /** Standard error under the null hypothesis, of the test; null where theory has none: the test then uses `se`. */
  readonly seNull: number | null;
  /** estimate/seNull, or estimate/se; null where that error is 0. */
  readonly statistic: number | null;
  /** 'normal' with `seNull`; with `se`, 't' where the method has degrees of freedom; null without a statistic. */
  readonly dist: 'normal' | 't' | null;
  /** Of the test: subjects − 1 for 't', else null. */
  readonly df: number | null;
  /** Of no agreement beyond chance; null without a statistic. */
  readonly pValue: number | null;
  readonly alternative: 'two-sided';
  /** estimate ± quantile·se, cut at 1; its quantile may be of t where the test is normal. */
  readonly ci: ConfidenceInterval;
  /** Observed agreement, and what chance would give. */
  readonly components: {
    /** Weighted share of agreeing pairs of answers, pₒ; for several pairs of raters, the mean. */
    readonly observed: number;
    /** The share that chance would give, pₑ; for several pairs of raters, the mean. */
    readonly expected: number;
  };
}

/**
 * 'no-pairs': nobody rated together with another. 'one-category': chance alone agrees always, so nothing is left
 * to correct. 'one-subject': there is no standard error.
 */
export type AgreementStatus = 'no-pairs' | 'one-category' | 'one-subject';

/** An agreement, or why there is none. */
export type Agreement = AgreementResult | UndefinedResult<AgreementStatus>;

/** What is known of an agreement. */
export interface AgreementParts {
  readonly estimate: number;
  readonly se: number;
  readonly seNull: number | null;
  /** Of the interval, and of the test without seNull; null: the normal distribution. */
  readonly df: number | null;
  readonly level: number;
  readonly observed: number;
  readonly expected: number;
}

/** The result with test and interval; the upper limit is at most 1. */
export function agreementResult(parts: AgreementParts, context: ResultContext): AgreementResult {
  const { estimate, se, seNull, df, level, observed, expected } = parts;
  const testError = seNull ?? se;
  const statistic = testError > 0 ? estimate / testError : null;
  const testDf = seNull === null ? df : null;
  const tail = (1 - level) / 2;
  const distribution = df === null ? normal : studentT({ df });
  const half = se * distribution.upperQuantile(tail);
  const testDistribution = testDf === null ? normal : studentT({ df: testDf });
  return {
    ...context,
    status: 'ok',
    estimate,
    se,
    seNull,
    statistic,
    dist: statistic === null ? null : testDf === null ? 'normal' : 't',
    df: statistic === null ? null : testDf,
    pValue: statistic === null ? null : pValueOf(statistic, 'two-sided', testDistribution.sf),
    alternative: 'two-sided',
    ci: {
      level,
      lower: estimate - half,
      upper: Math.min(1, estimate + half),
      method: df === null ? 'wald' : 'wald-t',
    },
    components: { observed, expected },
  };
}

/** No agreement, and why. */
export function noAgreement(
  status: AgreementStatus,
  context: ResultContext,
  estimate?: number,
): UndefinedResult<AgreementStatus> {
  return undefinedResult(
    status,
    { alternative: 'two-sided', ...(estimate === undefined ? {} : { estimate }) },
    context,
  );
}
