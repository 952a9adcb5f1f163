import type {
  ConfidenceInterval,
  StatisticalResult,
  UndefinedResult,
} from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { randomStream } from '../random.ts';
import { noAgreement } from './agreement-result.ts';
import { type Category, type Ratings, type RatingTable, sum, tabulate } from './rating-table.ts';

/**
 * What two different answers differ by: one of Krippendorff's metrics, or a matrix of squared distances, a row and a
 * column for each category (such as 1 − the weights of {@link gwetAc}, as irrCAC has it).
 */
export type AlphaMetric =
  | 'nominal'
  | 'ordinal'
  | 'interval'
  | 'ratio'
  | readonly (readonly number[])[];

/** Options of {@link krippendorffAlpha}. */
export interface AlphaOptions {
  /** No default: it decides what the number means. */
  readonly metric: AlphaMetric;
  /** Order of the categories for 'ordinal'; default: numbers by value, then names by alphabet. */
  readonly categories?: readonly Category[];
  /** Percentile interval from subjects drawn with replacement; default: none. */
  readonly bootstrap?: {
    /** Whole number ≥ 1; a few thousand for a 95 % interval. */
    readonly replicates: number;
    /** The same seed draws the same subjects. */
    readonly seed: number;
  };
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** Krippendorff's α; the interval and error are there with a bootstrap. */
export interface AlphaResult extends StatisticalResult {
  readonly status: 'ok';
  /** 1 − Dₒ/Dₑ: 1 is full agreement, 0 what chance gives, below 0 systematic disagreement. */
  readonly estimate: number;
  /** Standard deviation of the bootstrap's α; null without a bootstrap. */
  readonly se: number | null;
  readonly statistic: null;
  readonly dist: null;
  readonly df: null;
  readonly pValue: null;
  readonly alternative: 'two-sided';
  /** Percentile interval; null without a bootstrap. */
  readonly ci: ConfidenceInterval | null;
  /** Observed and expected disagreement, squared; of 'interval' in units of the largest answer. */
  readonly components: {
    /** Dₒ, mean δ² of pairs of answers to the same subject. */
    readonly observed: number;
    /** Dₑ, mean δ² of pairs of all pairable answers. */
    readonly expected: number;
  };
}

/** Disagreement of two categories, given how often each occurs. */
type Distances = readonly (readonly number[])[];

/**
 * Krippendorff's α = 1 − Dₒ/Dₑ, from the matrix of coincidences within subjects: any number of raters, any pattern
 * of missing answers. Distances δ²: nominal 0 or 1; interval (c − k)²; ratio ((c − k)/(c + k))²; ordinal
 * (Σ n_g from c to k − (n_c + n_k)/2)².
 *
 * @param ratings subjects by raters; null where there is no answer
 * @returns status 'no-pairs' where no subject has two answers, 'one-category' where all answers are the same
 * @throws RangeError if answers are names where the metric needs numbers, or ratio answers are negative, or an option
 *   is not valid
 * @example
 * ```ts
 * krippendorffAlpha([[1, 1], [2, 3], [3, 3]], { metric: 'interval' }).estimate?.toFixed(3); // => '0.828'
 * ```
 * @see Krippendorff 2004, Hum Commun Res 30:411, doi 10.1111/j.1468-2958.2004.tb00738.x
 * @see Hayes and Krippendorff 2007, doi 10.1080/19312450709336664
 * **Differences**: irr::kripp.alpha 0.84.1 gives every pair the weight 1 instead of 1/(m − 1) where nothing is missing.
 */
export function krippendorffAlpha(
  ratings: Ratings,
  options: AlphaOptions,
): AlphaResult | UndefinedResult<'no-pairs' | 'one-category' | 'one-subject'> {
  const { metric, bootstrap, level = 0.95 } = options;
  checkLevel('krippendorffAlpha', level);
  const table = tabulate('krippendorffAlpha', ratings, options.categories);
  checkMetric(metric, table.categories);
  const counts = table.counts.filter((_, i) => table.sizes[i]! > 1);
  const context = {
    n: { subjects: counts.length, raters: table.raters, categories: table.categories.length },
    warnings: [],
    method: `krippendorff-alpha, ${typeof metric === 'string' ? metric : 'own distances'}`,
    references: ['Krippendorff 2004, doi 10.1111/j.1468-2958.2004.tb00738.x'],
  };
  if (counts.length === 0) return noAgreement('no-pairs', context);
  const { observed, expected } = disagreements(counts, metric, table.categories);
  if (expected === 0) return noAgreement('one-category', context);
  const spread = bootstrap ? bootstrapAlpha(counts, metric, table, bootstrap) : null;
  return {
    ...context,
    status: 'ok',
    estimate: 1 - observed / expected,
    se: spread === null ? null : standardDeviation(spread.alphas),
    statistic: null,
    dist: null,
    df: null,
    pValue: null,
    alternative: 'two-sided',
    ci: spread === null ? null : percentileInterval(spread.alphas, level),
    components: { observed, expected },
    warnings:
      spread !== null && spread.left > 0
        ? [`${spread.left} bootstrap samples had one category only and are left out`]
        : [],
  };
}

/** Dₒ = Σ o_ck·δ²/n and Dₑ = Σ n_c·n_k·δ²/(n(n − 1)) over the pairable answers. */
function disagreements(
  counts: readonly (readonly number[])[],
  metric: AlphaMetric,
  categories: readonly Category[],
): { readonly observed: number; readonly expected: number } {
  const totals = categories.map((_, k) => sum(counts.map((row) => row[k]!)));
  const n = sum(totals);
  const distances = distancesOf(metric, categories, totals);
  const within = (row: readonly number[]): number =>
    sum(row.map((count, c) => (count === 0 ? 0 : count * weighted(row, distances[c]!))));
  const observed = sum(counts.map((row) => within(row) / (sum(row) - 1))) / n;
  return { observed, expected: within(totals) / (n * (n - 1)) };
}

function weighted(row: readonly number[], distances: readonly number[]): number {
  return sum(row.map((count, k) => (count === 0 ? 0 : count * distances[k]!)));
}

function distancesOf(
  metric: AlphaMetric,
  categories: readonly Category[],
  totals: readonly number[],
): Distances {
  if (typeof metric !== 'string') return metric;
  const before = totals.map((_, k) => sum(totals.slice(0, k)));
  const middle = (k: number): number => before[k]! + totals[k]! / 2;
  const scale = Math.max(...categories.map((c) => Math.abs(Number(c)) || 0)) || 1;
  const distance = (c: number, k: number): number => {
    if (c === k) return 0;
    if (metric === 'nominal') return 1;
    if (metric === 'ordinal') return middle(c) - middle(k);
    const [x, y] = [Number(categories[c]) / scale, Number(categories[k]) / scale];
    return metric === 'interval' ? x - y : (x - y) / (x + y);
  };
  return categories.map((_, c) => categories.map((_, k) => distance(c, k) ** 2));
}

function bootstrapAlpha(
  counts: readonly (readonly number[])[],
  metric: AlphaMetric,
  { categories }: RatingTable,
  { replicates, seed }: { readonly replicates: number; readonly seed: number },
): { readonly alphas: readonly number[]; readonly left: number } | null {
  if (!Number.isInteger(replicates) || replicates < 1) {
    throw new RangeError(
      `krippendorffAlpha: replicates must be a whole number of at least 1, got ${replicates}`,
    );
  }
  const stream = randomStream(seed, 'krippendorff-alpha');
  const alphas: number[] = [];
  for (let i = 0; i < replicates; i++) {
    const sample = counts.map(() => counts[stream.integer(counts.length)]!);
    const { observed, expected } = disagreements(sample, metric, categories);
    if (expected > 0) alphas.push(1 - observed / expected);
  }
  return alphas.length === 0 ? null : { alphas, left: replicates - alphas.length };
}

/** Quantiles of the replicates, interpolated as R's type 7. */
function percentileInterval(alphas: readonly number[], level: number): ConfidenceInterval {
  const sorted = [...alphas].sort((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
    return low + (position % 1) * (high - low);
  };
  return {
    level,
    lower: at((1 - level) / 2),
    upper: at((1 + level) / 2),
    method: 'bootstrap-percentile',
  };
}

function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}

function checkDistances(distances: readonly (readonly number[])[], size: number): void {
  const isMetric =
    distances.length === size &&
    distances.every(
      (row, c) =>
        row.length === size &&
        row.every((value, k) =>
          c === k ? value === 0 : value >= 0 && value < Infinity && value === distances[k]?.[c],
        ),
    );
  if (!isMetric) {
    throw new RangeError(
      `krippendorffAlpha: metric must be ${size} by ${size}, symmetric, finite, >= 0 and 0 on the diagonal, got ${JSON.stringify(distances)}`,
    );
  }
}

function checkMetric(metric: AlphaMetric, categories: readonly Category[]): void {
  if (metric === 'nominal' || metric === 'ordinal') return;
  if (typeof metric !== 'string') {
    checkDistances(metric, categories.length);
    return;
  }
  for (const category of categories) {
    if (typeof category !== 'number') {
      throw new RangeError(`krippendorffAlpha: metric ${metric} needs numbers, got ${category}`);
    }
    if (metric === 'ratio' && category < 0) {
      throw new RangeError(`krippendorffAlpha: metric ratio needs numbers >= 0, got ${category}`);
    }
  }
}
