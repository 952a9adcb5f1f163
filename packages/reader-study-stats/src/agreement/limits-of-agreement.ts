import { noncentralT } from '../distributions/noncentral-t.ts';
import { normal } from '../distributions/normal.ts';
import { studentT } from '../distributions/student-t.ts';
import {
  type ConfidenceInterval,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { sum } from './rating-table.ts';

/** Options of {@link limitsOfAgreement}. */
export interface LimitsOptions {
  /** Share of differences between the limits; default 0.95. */
  readonly coverage?: number;
  /** Confidence level of bias and limits; default 0.95. */
  readonly level?: number;
  /** Intervals of the limits: 'approximate' (Bland and Altman 1999, the default) or 'exact' (noncentral t). */
  readonly limitIntervals?: 'approximate' | 'exact';
}

/** A limit of agreement with its interval. */
export interface AgreementLimit {
  /** bias ± z·sd, in the unit of the measurements. */
  readonly estimate: number;
  /** Of the limit itself; exact ones are not symmetric about it. */
  readonly ci: ConfidenceInterval;
}

/** Result of {@link limitsOfAgreement}; the test is that of no bias. */
export interface LimitsResult extends TestResult {
  /** Bias: the mean of first − second. */
  readonly estimate: number;
  /** sd/√n: of the bias, not of the limits. */
  readonly se: number;
  readonly dist: 't';
  /** Pairs − 1. */
  readonly df: number;
  readonly alternative: 'two-sided';
  /** Of the bias; the limits have their own. */
  readonly ci: ConfidenceInterval;
  /** Standard deviation of the differences. */
  readonly sd: number;
  /** bias − z·sd. */
  readonly lowerLimit: AgreementLimit;
  /** bias + z·sd. */
  readonly upperLimit: AgreementLimit;
}

/**
 * Bland and Altman's limits of agreement of two methods (or readers) that measured the same subjects:
 * bias ± z·sd of the differences. Their error is sd·√(1/n + z²/(2(n − 1))); exact limits use
 * t(n − 1, δ = z√n)/√n in place of z.
 *
 * @param pairs [first, second] per subject
 * @returns status 'zero-variance' where all differences are the same
 * @throws RangeError if there are fewer than two pairs or a number is not finite
 * @example
 * ```ts
 * const { sd, lowerLimit } = limitsOfAgreement([[1, 2], [3, 3], [5, 4], [8, 7]]) as LimitsResult;
 * lowerLimit.estimate.toFixed(3); // => '-1.627'
 * ```
 * @see Bland and Altman 1986, Lancet 327:307, doi 10.1016/S0140-6736(86)90837-8
 * @see Bland and Altman 1999, Stat Methods Med Res 8:135, doi 10.1177/096228029900800204
 * @see Carkeet 2015, Optom Vis Sci 92:e71, doi 10.1097/OPX.0000000000000513 (exact)
 */
export function limitsOfAgreement(
  pairs: readonly (readonly [number, number])[],
  options: LimitsOptions = {},
): LimitsResult | UndefinedResult<'zero-variance'> {
  const { coverage = 0.95, level = 0.95, limitIntervals = 'approximate' } = options;
  checkLevel('limitsOfAgreement', level);
  if (!(coverage > 0 && coverage < 1)) {
    throw new RangeError(`limitsOfAgreement: coverage must lie between 0 and 1, got ${coverage}`);
  }
  checkPairs(pairs);
  const n = pairs.length;
  const differences = pairs.map(([first, second]) => first - second);
  const bias = sum(differences) / n;
  const sd = Math.sqrt(sum(differences.map((d) => (d - bias) ** 2)) / (n - 1));
  const context = {
    design: 'paired',
    n: { pairs: n },
    warnings: [],
    method: `limits-of-agreement, ${limitIntervals}`,
    references: ['Bland and Altman 1999, doi 10.1177/096228029900800204'],
  };
  const isConstant = differences.every((d) => d === differences[0]);
  if (isConstant) {
    return undefinedResult(
      'zero-variance',
      { estimate: bias, se: 0, alternative: 'two-sided' },
      context,
    );
  }
  const df = n - 1;
  const t = studentT({ df });
  const tail = (1 - level) / 2;
  const z = normal.upperQuantile((1 - coverage) / 2);
  const se = sd / Math.sqrt(n);
  const half = se * t.upperQuantile(tail);
  const [inner, outer] =
    limitIntervals === 'approximate'
      ? approximateFactors(z, n, t.upperQuantile(tail))
      : exactFactors(z, n, tail);
  const limit = (sign: 1 | -1): AgreementLimit => {
    const ends = [bias + sign * inner * sd, bias + sign * outer * sd];
    const ci = {
      level,
      lower: Math.min(...ends),
      upper: Math.max(...ends),
      method: limitIntervals,
    };
    return { estimate: bias + sign * z * sd, ci };
  };
  return {
    ...context,
    status: 'ok',
    estimate: bias,
    se,
    statistic: bias / se,
    dist: 't',
    df,
    pValue: Math.min(1, Math.max(Number.MIN_VALUE, 2 * t.sf(Math.abs(bias / se)))),
    alternative: 'two-sided',
    ci: { level, lower: bias - half, upper: bias + half, method: 't' },
    sd,
    lowerLimit: limit(-1),
    upperLimit: limit(1),
  };
}

/** z ∓ t·√(1/n + z²/(2(n − 1))). */
function approximateFactors(z: number, n: number, t: number): readonly [number, number] {
  const half = t * Math.sqrt(1 / n + (z * z) / (2 * (n - 1)));
  return [z - half, z + half];
}

/** Quantiles of the noncentral t distribution of (limit − bias)/(sd/√n). */
function exactFactors(z: number, n: number, tail: number): readonly [number, number] {
  const root = Math.sqrt(n);
  const t = noncentralT({ df: n - 1, noncentrality: z * root });
  return [t.quantile(tail) / root, t.upperQuantile(tail) / root];
}

function checkPairs(pairs: readonly (readonly [number, number])[]): void {
  if (pairs.length < 2) {
    throw new RangeError(
      `limitsOfAgreement: there must be at least two pairs, got ${pairs.length}`,
    );
  }
  pairs.forEach(([first, second], i) => {
    if (!Number.isFinite(first) || !Number.isFinite(second)) {
      throw new RangeError(
        `limitsOfAgreement: measurements must be finite, got ${first} and ${second} in row ${i + 1}`,
      );
    }
  });
}
