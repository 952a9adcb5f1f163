import { normal } from '../distributions/normal.ts';
import { studentT } from '../distributions/student-t.ts';
import {
  type ConfidenceInterval,
  pValueOf,
  type StatisticalResult,
  type TestResult,
} from './test-result.ts';
import { twoSidedQuantile } from './wald-test.ts';

/** Options of {@link nonInferiority} and {@link equivalence}. */
export interface MarginOptions {
  /** What counts as a difference that matters: > 0, in the unit of the estimate. */
  readonly margin: number;
  /** One-sided level; default 0.025. */
  readonly alpha?: number;
}

/** Result of {@link nonInferiority} and {@link equivalence}. */
export interface MarginResult extends StatisticalResult {
  readonly status: 'ok';
  /** The difference that was given, not moved by the margin. */
  readonly estimate: number;
  /** As it was given; above 0. */
  readonly se: number;
  /** (estimate − bound)/se at the bound that decides. */
  readonly statistic: number;
  readonly dist: 'normal' | 't';
  /** Degrees of freedom; null for the normal distribution. */
  readonly df: number | null;
  /** One-sided; for equivalence the larger of the two one-sided ones. */
  readonly pValue: number;
  /** Where the difference is claimed to lie: above −margin, below margin, or between the two. */
  readonly alternative: 'greater' | 'less' | 'within';
  /** Of level 1 − 2α: it lies on the right side of the margin exactly if pValue < α. */
  readonly ci: ConfidenceInterval;
  /** As asked for: above 0, in the unit of the estimate. */
  readonly margin: number;
  /** One-sided level of the decision, inside (0, 0.5). */
  readonly alpha: number;
  /** Whether pValue < alpha. */
  readonly isShown: boolean;
}

/**
 * Whether a difference first − second is not worse than a margin: H₀: difference ≤ −margin against
 * difference > −margin where higher is better, t = (difference + margin)/se, one-sided; mirrored where
 * lower is better.
 *
 * @param difference first − second, the first being the new test: from any test of this package
 * @param options margin, alpha, and whether a higher or a lower figure is better; never inferred
 * @throws RangeError if the margin is not positive and finite or alpha is outside (0, 0.5)
 * @example
 * ```ts
 * const [difference] = obuchowskiRockette(study).differences;
 * if (difference?.status === 'ok') nonInferiority(difference, { margin: 0.05, better: 'higher' }).isShown;
 * ```
 * @see Chen, Petrick and Sahiner 2012, Acad Radiol 19:1158, doi 10.1016/j.acra.2012.04.011
 */
export function nonInferiority(
  difference: TestResult,
  options: MarginOptions & { readonly better: 'higher' | 'lower' },
): MarginResult {
  const { margin, alpha = 0.025, better } = options;
  checkMargin('nonInferiority', margin, alpha);
  if (better !== 'higher' && better !== 'lower') {
    throw new RangeError(`nonInferiority: better must be higher or lower, got ${String(better)}`);
  }
  const side =
    better === 'higher'
      ? oneSided(difference, -margin, 'greater')
      : oneSided(difference, margin, 'less');
  return {
    ...shared(difference, { margin, alpha }, 'non-inferiority'),
    ...side,
    isShown: side.pValue < alpha,
  };
}

/**
 * Whether a difference lies within ±margin, by two one-sided tests: both H₀: difference ≤ −margin and
 * H₀: difference ≥ margin have to be rejected at alpha.
 *
 * @param difference from any test of this package
 * @param options margin, alpha
 * @throws RangeError as {@link nonInferiority}
 * @example
 * ```ts
 * const [difference] = obuchowskiRockette(study).differences;
 * if (difference?.status === 'ok') equivalence(difference, { margin: 0.05 }).isShown;
 * ```
 * @see Schuirmann 1987, J Pharmacokinet Biopharm 15:657, doi 10.1007/BF01068419
 */
export function equivalence(difference: TestResult, options: MarginOptions): MarginResult {
  const { margin, alpha = 0.025 } = options;
  checkMargin('equivalence', margin, alpha);
  const above = oneSided(difference, -margin, 'greater');
  const below = oneSided(difference, margin, 'less');
  const decisive = above.pValue > below.pValue ? above : below;
  return {
    ...shared(difference, { margin, alpha }, 'equivalence'),
    ...decisive,
    alternative: 'within',
    isShown: decisive.pValue < alpha,
  };
}

function shared(
  {
    estimate,
    se,
    df,
    dist,
    ci: _,
    pValue: __,
    statistic: ___,
    alternative: ____,
    ...context
  }: TestResult,
  { margin, alpha }: Required<MarginOptions>,
  name: string,
): Omit<MarginResult, 'statistic' | 'pValue' | 'alternative' | 'isShown'> {
  const level = 1 - 2 * alpha;
  const half = se * twoSidedQuantile(level, df);
  const method = `${name}, ${context.method}`;
  return {
    ...context,
    method,
    estimate,
    se,
    df,
    dist,
    margin,
    alpha,
    ci: { level, lower: estimate - half, upper: estimate + half, method: context.method },
  };
}

function oneSided(
  { estimate, se, df }: TestResult,
  bound: number,
  alternative: 'greater' | 'less',
): { statistic: number; pValue: number; alternative: 'greater' | 'less' } {
  const statistic = (estimate - bound) / se;
  const sf = df === null ? normal.sf : studentT({ df }).sf;
  return { statistic, pValue: pValueOf(statistic, alternative, sf), alternative };
}

function checkMargin(caller: string, margin: number, alpha: number): void {
  if (!(margin > 0 && Number.isFinite(margin))) {
    throw new RangeError(`${caller}: margin must be positive and finite, got ${margin}`);
  }
  if (!(alpha > 0 && alpha < 0.5)) {
    throw new RangeError(`${caller}: alpha must lie between 0 and 0.5, got ${alpha}`);
  }
}
