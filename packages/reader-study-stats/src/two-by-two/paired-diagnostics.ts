import { chiSquared } from '../distributions/chi-squared.ts';
import { normal } from '../distributions/normal.ts';
import {
  type ConfidenceInterval,
  pValueOf,
  type ResultContext,
  type StatisticalResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { checkPairs, type PairedCounts } from './count.ts';

/** The calls of two tests on the same cases: `both` are those that both tests call positive. */
export interface PairedCalls {
  /** Cases that are positive. */
  readonly positives: PairedCounts;
  /** Cases that are negative. */
  readonly negatives: PairedCounts;
}

/** A comparison of a predictive value, or of a likelihood ratio, of two tests. */
export interface DiagnosticComparison extends StatisticalResult {
  readonly status: 'ok';
  /** The first test's value: a share of its calls, or a ratio ≥ 0. */
  readonly first: number;
  /** The second test's value. */
  readonly second: number;
  /** second − first for predictive values, first/second for likelihood ratios. */
  readonly estimate: number;
  /** Standard error of the logarithm of a ratio; null for predictive values. */
  readonly se: number | null;
  /** Score χ² of predictive values; ln(first/second)/se of likelihood ratios. */
  readonly statistic: number;
  /** 'chi-square' for predictive values, 'normal' for likelihood ratios. */
  readonly dist: 'chi-square' | 'normal';
  /** 1 for predictive values; null for likelihood ratios. */
  readonly df: 1 | null;
  readonly pValue: number;
  readonly alternative: 'two-sided';
  /** Of the ratio, symmetric on the logarithm; null for predictive values. */
  readonly ci: ConfidenceInterval | null;
}

/** Such a comparison; 'undefined' where a test has no positive (or no negative) calls, or nothing varies. */
export type DiagnosticResult = DiagnosticComparison | UndefinedResult<'undefined'>;

/** The comparison of the positive calls and that of the negative ones. */
export interface DiagnosticResults {
  /** Of the positive predictive values, or of LR⁺. */
  readonly positive: DiagnosticResult;
  /** Of the negative predictive values, or of LR⁻. */
  readonly negative: DiagnosticResult;
}

/** Cases that one test, the other, or both call the same, by truth: those that make a predictive value right and wrong. */
interface Calls {
  readonly right: PairedCounts;
  readonly wrong: PairedCounts;
}

/**
 * Compares the predictive values of two tests of the same cases. They have different denominators, so McNemar's test is of
 * no use: 'generalized' is the score statistic of Leisenring, Alonzo and Pepe, 'weighted' that of Kosinski,
 *
 * T = (PV₁ − PV₂)²/((p(1 − p) − 2c)·(1/n₁ + 1/n₂)),
 *
 * p the pooled value, n₁ and n₂ the calls, c = (s(1 − p)² + r·p²)/(n₁ + n₂) of the s right and r wrong calls that both made.
 *
 * @param calls of both tests, by truth
 * @param options statistic; default 'weighted', whose size is nearer to the nominal one
 * @throws RangeError if a count is not whole and ≥ 0, or a class has no case
 * @example
 * ```ts
 * const positives = { both: 319, firstOnly: 78, secondOnly: 22, neither: 32 };
 * const negatives = { both: 31, firstOnly: 53, secondOnly: 22, neither: 155 };
 * comparePredictiveValues({ positives, negatives }).positive.pValue?.toFixed(4); // => '0.0194'
 * ```
 * @see Leisenring, Alonzo and Pepe 2000, Biometrics 56:345, doi 10.1111/j.0006-341X.2000.00345.x
 * @see Kosinski 2013, Stat Med 32:964, doi 10.1002/sim.5587
 */
export function comparePredictiveValues(
  { positives, negatives }: PairedCalls,
  options: { readonly statistic?: 'weighted' | 'generalized' } = {},
): DiagnosticResults {
  const { statistic = 'weighted' } = options;
  const cases = {
    positives: checkPairs('comparePredictiveValues', positives),
    negatives: checkPairs('comparePredictiveValues', negatives),
  };
  const context = {
    design: 'paired',
    n: cases,
    warnings: [],
    method: `predictive values, ${statistic} score`,
    references: ['Leisenring et al. 2000', 'Kosinski 2013, doi 10.1002/sim.5587'],
  };
  const compare = (calls: Calls): DiagnosticResult => predictiveValue(calls, statistic, context);
  return {
    positive: compare({ right: positives, wrong: negatives }),
    negative: compare({ right: turned(negatives), wrong: turned(positives) }),
  };
}

/**
 * Compares the likelihood ratios of two tests of the same cases, LR⁺ = Se/(1 − Sp) and LR⁻ = (1 − Se)/Sp, by the logarithm
 * of their ratio; its variance is the sum over both classes of (b + c)/(r₁r₂), b and c the discordant and r₁ and r₂ the
 * counted calls of the tests.
 *
 * @param calls of both tests, by truth
 * @param options confidence level, default 0.95
 * @throws RangeError if a count is not whole and ≥ 0, a class has no case, or the level is outside (0, 1)
 * @example
 * ```ts
 * const positives = { both: 319, firstOnly: 78, secondOnly: 22, neither: 32 };
 * const negatives = { both: 31, firstOnly: 53, secondOnly: 22, neither: 155 };
 * compareLikelihoodRatios({ positives, negatives }).positive.estimate?.toFixed(3); // => '0.735'
 * ```
 * @see Gu and Pepe 2009, Stat Med 28:2384, doi 10.1002/sim.3629; Nofuentes and Luna del Castillo 2007, Stat Med 26:4179
 */
export function compareLikelihoodRatios(
  { positives, negatives }: PairedCalls,
  options: { readonly level?: number } = {},
): DiagnosticResults {
  const { level = 0.95 } = options;
  checkLevel('compareLikelihoodRatios', level);
  const cases = {
    positives: checkPairs('compareLikelihoodRatios', positives),
    negatives: checkPairs('compareLikelihoodRatios', negatives),
  };
  const context = {
    design: 'paired',
    n: cases,
    warnings: [],
    method: 'likelihood ratios, Wald on the logarithm',
    references: ['Gu and Pepe 2009, doi 10.1002/sim.3629'],
  };
  const compare = (above: PairedCounts, below: PairedCounts): DiagnosticResult =>
    likelihoodRatio([above, below], level, context);
  return {
    positive: compare(positives, negatives),
    negative: compare(turned(positives), turned(negatives)),
  };
}

function turned({ both, firstOnly, secondOnly, neither }: PairedCounts): PairedCounts {
  return { both: neither, firstOnly: secondOnly, secondOnly: firstOnly, neither: both };
}

function callsOf({ both, firstOnly, secondOnly }: PairedCounts): readonly [number, number] {
  return [both + firstOnly, both + secondOnly];
}

function predictiveValue(
  { right, wrong }: Calls,
  statistic: 'weighted' | 'generalized',
  context: ResultContext,
): DiagnosticResult {
  const [right1, right2] = callsOf(right);
  const [wrong1, wrong2] = callsOf(wrong);
  const [n1, n2] = [right1 + wrong1, right2 + wrong2];
  const pooled = (right1 + right2) / (n1 + n2);
  const [first, second] = [right1 / n1, right2 / n2];
  const value =
    statistic === 'weighted'
      ? (first - second) ** 2 /
        ((pooled * (1 - pooled) -
          (2 * (right.both * (1 - pooled) ** 2 + wrong.both * pooled ** 2)) / (n1 + n2)) *
          (1 / n1 + 1 / n2))
      : generalizedScore({ right, wrong }, pooled, n2 / (n1 + n2));
  if (!Number.isFinite(value)) {
    return undefinedResult('undefined', { alternative: 'two-sided' }, context);
  }
  return {
    status: 'ok',
    first,
    second,
    estimate: second - first,
    se: null,
    statistic: value,
    dist: 'chi-square',
    df: 1,
    pValue: pValueOf(value, 'greater', chiSquared({ df: 1 }).sf),
    alternative: 'two-sided',
    ci: null,
    ...context,
  };
}

/** [Σ D(Z − z̄)]²/Σ[Σ(D − d̄)(Z − z̄)]²: Z says which test called, D whether rightly; the inner sums are of one case. */
function generalizedScore({ right, wrong }: Calls, pooled: number, share: number): number {
  const [right1, right2] = callsOf(right);
  const score = right2 * (1 - share) - right1 * share;
  const squares = ({ both, firstOnly, secondOnly }: PairedCounts, d: number): number =>
    (d - pooled) ** 2 *
    (both * (1 - 2 * share) ** 2 + firstOnly * share ** 2 + secondOnly * (1 - share) ** 2);
  return score ** 2 / (squares(right, 1) + squares(wrong, 0));
}

function likelihoodRatio(
  [above, below]: readonly [PairedCounts, PairedCounts],
  level: number,
  context: ResultContext & { readonly n: { positives: number; negatives: number } },
): DiagnosticResult {
  const [above1, above2] = callsOf(above);
  const [below1, below2] = callsOf(below);
  const { positives, negatives } = context.n;
  const [first, second] = [
    above1 / positives / (below1 / negatives),
    above2 / positives / (below2 / negatives),
  ];
  const spread = (counts: PairedCounts, calls: number): number =>
    (counts.firstOnly + counts.secondOnly) / calls;
  const se = Math.sqrt(spread(above, above1 * above2) + spread(below, below1 * below2));
  const ratio = first / second;
  const statistic = Math.log(ratio) / se;
  if (!Number.isFinite(statistic)) {
    return undefinedResult('undefined', { alternative: 'two-sided' }, context);
  }
  const factor = Math.exp(normal.quantile((1 + level) / 2) * se);
  return {
    status: 'ok',
    first,
    second,
    estimate: ratio,
    se,
    statistic,
    dist: 'normal',
    df: null,
    pValue: pValueOf(statistic, 'two-sided', normal.sf),
    alternative: 'two-sided',
    ci: { level, lower: ratio / factor, upper: ratio * factor, method: context.method },
    ...context,
  };
}
