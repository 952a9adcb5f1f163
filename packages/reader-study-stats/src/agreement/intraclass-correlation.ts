import { fisherF } from '../distributions/fisher-f.ts';
import {
  type ConfidenceInterval,
  type StatisticalResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { sum } from './rating-table.ts';

/**
 * Shrout and Fleiss' six forms. First number: 1 raters differ between subjects, 2 raters are a random sample, 3 raters
 * are these only. Second: reliability of one rater, or of the mean of all k.
 */
export type IccForm = '1,1' | '2,1' | '3,1' | '1,k' | '2,k' | '3,k';

/** An intraclass correlation with its F-test against 0 and its F interval. */
export interface IccResult extends StatisticalResult {
  readonly status: 'ok';
  /** At most 1; below 0 where raters differ within subjects by more than subjects differ. */
  readonly estimate: number;
  readonly se: null;
  /** Mean square between subjects over that within (forms 1) or the residual one (forms 2 and 3). */
  readonly statistic: number;
  readonly dist: 'F';
  /** [n − 1, n(k − 1)] for forms 1, [n − 1, (n − 1)(k − 1)] for forms 2 and 3. */
  readonly df: readonly [number, number];
  /** One-sided, as the F-test of a variance is. */
  readonly pValue: number;
  readonly alternative: 'greater';
  /** Two-sided, although the test is one-sided; of forms 2 by Satterthwaite's degrees of freedom. */
  readonly ci: ConfidenceInterval;
  /** Mean squares between subjects, within, between raters, residual. */
  readonly components: MeanSquares;
}

/** Mean squares of subjects × raters. */
export type MeanSquares = Readonly<
  Record<'betweenSubjects' | 'withinSubjects' | 'betweenRaters' | 'residual', number>
>;

/**
 * 'zero-variance': the subjects' means do not vary. 'zero-error': raters agree without error, so there is no F.
 * 'negative-variance': the estimated total variance of form 2,1 or 2,k is not positive.
 */
export type IccStatus = 'zero-variance' | 'zero-error' | 'negative-variance';

interface Anova extends MeanSquares {
  readonly n: number;
  readonly k: number;
}

/**
 * Intraclass correlation of k raters who all measured n subjects, from the mean squares of the two-way table: for
 * one rater (MSB − MSE)/(MSB + (k − 1)MSE + …), for the mean of k (MSB − MSE)/(MSB + …).
 *
 * @param ratings subjects by raters, complete
 * @param options form: no default, it is the question; level: default 0.95
 * @throws RangeError if there are fewer than two subjects or raters, or a rating is missing or not finite
 * @example
 * ```ts
 * const ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]];
 * intraclassCorrelation(ratings, { form: '2,1' }).estimate?.toFixed(2); // => '0.29'
 * ```
 * @see Shrout and Fleiss 1979, Psychol Bull 86:420, doi 10.1037/0033-2909.86.2.420
 * @see McGraw and Wong 1996, Psychol Methods 1:30, doi 10.1037/1082-989X.1.1.30
 */
export function intraclassCorrelation(
  ratings: readonly (readonly number[])[],
  options: { readonly form: IccForm; readonly level?: number },
): IccResult | UndefinedResult<IccStatus> {
  const { form, level = 0.95 } = options;
  checkLevel('intraclassCorrelation', level);
  checkRatings(ratings);
  const anova = meanSquares(ratings);
  const { n, k, ...components } = anova;
  const context = {
    design: 'crossed',
    n: { subjects: n, raters: k },
    components,
    warnings: [],
    method: `icc(${form})`,
    references: ['Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420'],
  };
  const error = form.startsWith('1') ? anova.withinSubjects : anova.residual;
  const undefinedAs = (status: IccStatus, estimate?: number): UndefinedResult<IccStatus> =>
    undefinedResult(
      status,
      { alternative: 'greater', ...(estimate === undefined ? {} : { estimate }) },
      context,
    );
  if (anova.betweenSubjects === 0) return undefinedAs('zero-variance');
  if (error === 0) return undefinedAs('zero-error', estimateOf(form, anova));
  if (hasNegativeVariance(form, anova)) return undefinedAs('negative-variance');
  const statistic = anova.betweenSubjects / error;
  const df = [n - 1, (form.startsWith('1') ? n : n - 1) * (k - 1)] as const;
  return {
    ...context,
    status: 'ok',
    estimate: estimateOf(form, anova),
    se: null,
    statistic,
    dist: 'F',
    df,
    pValue: Math.max(Number.MIN_VALUE, fisherF({ df }).sf(statistic)),
    alternative: 'greater',
    ci: { level, ...limits(form, anova, { level, df }), method: 'F' },
  };
}

function estimateOf(form: IccForm, anova: Anova): number {
  const { n, k, betweenSubjects: B, withinSubjects: W, betweenRaters: J, residual: E } = anova;
  switch (form) {
    case '1,1':
      return (B - W) / (B + (k - 1) * W);
    case '2,1':
      return (B - E) / (B + (k - 1) * E + (k * (J - E)) / n);
    case '3,1':
      return (B - E) / (B + (k - 1) * E);
    case '1,k':
      return (B - W) / B;
    case '2,k':
      return (B - E) / (B + (J - E) / n);
    case '3,k':
      return (B - E) / B;
  }
}

function hasNegativeVariance(form: IccForm, anova: Anova): boolean {
  const { n, k, betweenSubjects: B, betweenRaters: J, residual: E } = anova;
  if (form === '2,1') return !(B + (k - 1) * E + (k * (J - E)) / n > 0);
  return form === '2,k' && !(B + (J - E) / n > 0);
}

function limits(
  form: IccForm,
  anova: Anova,
  { level, df }: { readonly level: number; readonly df: readonly [number, number] },
): { readonly lower: number; readonly upper: number } {
  const { k } = anova;
  const tail = (1 - level) / 2;
  const ofMean = form.endsWith('k');
  if (form.startsWith('2')) {
    const { lower, upper } = limitsOfRandomRaters(anova, tail);
    // Below −1/(k − 1) a mean of k raters would have no variance: its limit is left where that of one is.
    const stepUp = (icc: number): number =>
      icc > -1 / (k - 1) ? (k * icc) / (1 + (k - 1) * icc) : icc;
    return ofMean ? { lower: stepUp(lower), upper: stepUp(upper) } : { lower, upper };
  }
  const error = form.startsWith('1') ? anova.withinSubjects : anova.residual;
  const ratio = anova.betweenSubjects / error;
  const low = ratio / fisherF({ df }).upperQuantile(tail);
  const high = ratio * fisherF({ df: [df[1], df[0]] }).upperQuantile(tail);
  const icc = (f: number): number => (ofMean ? 1 - 1 / f : (f - 1) / (f + k - 1));
  return { lower: icc(low), upper: icc(high) };
}

/** Shrout and Fleiss' interval of ICC(2,1), whose degrees of freedom are Satterthwaite's. */
function limitsOfRandomRaters(
  anova: Anova,
  tail: number,
): { readonly lower: number; readonly upper: number } {
  const { n, k, betweenSubjects: B, betweenRaters: J, residual: E } = anova;
  const icc = estimateOf('2,1', anova);
  const raters = (k * icc * J) / E;
  const rest = n * (1 + (k - 1) * icc) - k * icc;
  // At least that of the raters alone: below an ICC of 0 the two parts may cancel.
  const df = Math.max(
    1,
    ((k - 1) * (n - 1) * (raters + rest) ** 2) / ((n - 1) * raters ** 2 + rest ** 2) || 0,
  );
  const upperF = fisherF({ df: [n - 1, df] }).upperQuantile(tail);
  const lowerF = fisherF({ df: [df, n - 1] }).upperQuantile(tail);
  const common = k * J + (k * n - k - n) * E;
  return {
    lower: (n * (B - upperF * E)) / (upperF * common + n * B),
    upper: (n * (lowerF * B - E)) / (common + n * lowerF * B),
  };
}

function meanSquares(ratings: readonly (readonly number[])[]): Anova {
  const n = ratings.length;
  const k = ratings[0]!.length;
  const center = sum(ratings.map(sum)) / (n * k);
  const centered = ratings.map((row) => row.map((rating) => rating - center));
  const subjects = centered.map((row) => sum(row) / k);
  const raters = centered[0]!.map((_, j) => sum(centered.map((row) => row[j]!)) / n);
  const squares = (values: readonly number[]): number => sum(values.map((value) => value * value));
  const scale = squares(centered.flat());
  // What is left of equal numbers after rounding is no variance.
  const clean = (value: number): number => (value < 1e-26 * scale + 1e-300 ? 0 : value);
  return {
    n,
    k,
    betweenSubjects: clean((k * squares(subjects)) / (n - 1)),
    withinSubjects: clean(
      squares(centered.flatMap((row, i) => row.map((x) => x - subjects[i]!))) / (n * (k - 1)),
    ),
    betweenRaters: clean((n * squares(raters)) / (k - 1)),
    residual: clean(
      squares(centered.flatMap((row, i) => row.map((x, j) => x - subjects[i]! - raters[j]!))) /
        ((n - 1) * (k - 1)),
    ),
  };
}

function checkRatings(ratings: readonly (readonly number[])[]): void {
  const k = ratings[0]?.length ?? 0;
  if (ratings.length < 2 || k < 2) {
    throw new RangeError(
      `intraclassCorrelation: there must be at least two subjects and two raters, got ${ratings.length} and ${k}`,
    );
  }
  ratings.forEach((row, i) => {
    if (row.length !== k || !row.every((rating) => Number.isFinite(rating))) {
      throw new RangeError(
        `intraclassCorrelation: every row must have ${k} finite ratings, got ${row.join(', ')} in row ${i + 1}`,
      );
    }
  });
}
