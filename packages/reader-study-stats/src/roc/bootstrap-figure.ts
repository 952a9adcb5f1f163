import type { CellRatings, FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { normalCdf, normalQuantile } from '../normal.ts';
import { checkLevel } from '../proportions.ts';
import { type RandomStream, randomStream } from '../random.ts';
import type { ConfidenceInterval } from '../test-result.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';

/** Options of {@link bootstrapFigure}. */
export interface BootstrapFigureOptions {
  readonly figure: FigureOfMerit;
  /** What is drawn with replacement; 'clusters' (patients) needs `clusters`. There is no default. */
  readonly unit: 'cases' | 'clusters';
  /** The cluster of each case, in the order of the scores. */
  readonly clusters?: readonly string[];
  /** Whether each class (kind of cluster: positive, negative, mixed) keeps its size. No default. */
  readonly stratified: boolean;
  readonly seed: number;
  /** Number of replicates; default 2000. */
  readonly replicates?: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** 'percentile' (default) or 'bca', corrected for bias and acceleration. */
  readonly interval?: 'percentile' | 'bca';
}

/** Result of {@link bootstrapFigure}. */
export interface BootstrapFigure {
  /** 'degenerate': fewer than two replicates had a finite figure. */
  readonly status: 'ok' | 'degenerate';
  readonly estimate: number;
  /** Standard deviation over the replicates. */
  readonly se: number | null;
  readonly ci: ConfidenceInterval | null;
  /** Median of the replicates, which pROC shows in the middle of its intervals. */
  readonly median: number | null;
  /** Replicates with both classes and a finite figure; others are left out. */
  readonly replicates: number;
  readonly method: string;
  readonly warnings: readonly string[];
  readonly references: readonly string[];
}

const REFERENCES = ['Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13, 14'];

/**
 * Bootstrap standard error and interval of any figure of merit of one test: area, partial area,
 * sensitivity at a specificity (pROC's `ci.auc`, `ci.se`, `ci.sp`), binormal area, or your own.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @throws RangeError as {@link areaUnderCurve}; if replicates is not a whole number ≥ 2, level is outside
 *   (0, 1), or clusters are missing where they are drawn
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * const options = { figure: empiricalAuc, unit: 'cases', stratified: true, seed: 1 } as const;
 * bootstrapFigure([5, 3, 2, 4, 1, 0], labels, options).ci?.method; // => 'bootstrap of cases, stratified, percentile'
 * ```
 * @see Efron and Tibshirani 1993, chapters 13 (percentile) and 14 (BCa)
 */
export function bootstrapFigure(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: BootstrapFigureOptions,
): BootstrapFigure {
  const { figure, unit, seed, replicates = 2000, level = 0.95, interval = 'percentile' } = options;
  checkOptions(options, scores.length);
  const estimate = figure.value(splitByLabel('bootstrapFigure', scores, labels, 1));
  const units = drawnUnits(scores, labels, unit === 'clusters' ? options.clusters! : null);
  const strata = options.stratified ? byKind(units) : [units];
  const stream = randomStream(seed, 'bootstrap-figure');
  const values = new Float64Array(replicates);
  let kept = 0;
  for (let i = 0; i < replicates; i++) {
    const value = figureOf(figure, resample(strata, stream));
    if (Number.isFinite(value)) values[kept++] = value;
  }
  const sorted = values.subarray(0, kept).sort();
  const draw = `bootstrap of ${unit}, ${options.stratified ? 'stratified' : 'not stratified'}`;
  const method = `${draw}, ${interval}`;
  const lost = replicates - kept;
  const warnings = lost > 0 ? [`${lost} of ${replicates} replicates have no figure`] : [];
  const context = { estimate, replicates: kept, method, warnings, references: REFERENCES };
  if (kept < 2) return { status: 'degenerate', se: null, ci: null, median: null, ...context };
  const tails = [(1 - level) / 2, (1 + level) / 2] as const;
  const [low, high] =
    interval === 'bca' ? correctedTails(tails, { figure, units, estimate, sorted }) : tails;
  const ci = { level, lower: quantile(sorted, low), upper: quantile(sorted, high), method };
  return {
    status: 'ok',
    se: deviation(sorted),
    ci,
    median: quantile(sorted, 0.5),
    ...context,
  };
}

/** What is drawn as one: the scores of a case, or of a cluster's cases. */
interface DrawnUnit {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

function checkOptions(options: BootstrapFigureOptions, cases: number): void {
  const { unit, clusters, replicates = 2000, level = 0.95 } = options;
  checkLevel('bootstrapFigure', level);
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new RangeError(
      `bootstrapFigure: replicates must be a whole number >= 2, got ${replicates}`,
    );
  }
  if (unit === 'clusters' && clusters?.length !== cases) {
    throw new RangeError(
      `bootstrapFigure: clusters must name the cluster of each of ${cases} cases, got ${clusters?.length ?? 'none'}`,
    );
  }
  if (unit === 'cases' && clusters !== undefined) {
    throw new RangeError(
      'bootstrapFigure: cases in clusters cannot be drawn one by one, got unit cases',
    );
  }
}

function drawnUnits(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  clusters: readonly string[] | null,
): readonly DrawnUnit[] {
  const units = new Map<string | number, { positives: number[]; negatives: number[] }>();
  labels.forEach((label, index) => {
    const key = clusters === null ? index : clusters[index]!;
    const unit = units.get(key) ?? { positives: [], negatives: [] };
    units.set(key, unit);
    (label === 'positive' ? unit.positives : unit.negatives).push(scores[index]!);
  });
  return [...units.values()];
}

/** Units with positives only, negatives only, and both. */
function byKind(units: readonly DrawnUnit[]): readonly (readonly DrawnUnit[])[] {
  const kinds: DrawnUnit[][] = [[], [], []];
  for (const unit of units) {
    const kind = unit.negatives.length === 0 ? 0 : unit.positives.length === 0 ? 1 : 2;
    kinds[kind]!.push(unit);
  }
  return kinds.filter((kind) => kind.length > 0);
}

function resample(
  strata: readonly (readonly DrawnUnit[])[],
  stream: RandomStream,
): readonly DrawnUnit[] {
  return strata.flatMap((units) => units.map(() => units[stream.integer(units.length)]!));
}

/** The figure of drawn units; NaN where a class is absent. */
function figureOf(figure: FigureOfMerit, units: readonly DrawnUnit[]): number {
  const ratings = pool(units);
  if (ratings.positives.length === 0 || ratings.negatives.length === 0) return Number.NaN;
  return figure.value(ratings);
}

function pool(units: readonly DrawnUnit[]): CellRatings {
  const positives: number[] = [];
  const negatives: number[] = [];
  for (const unit of units) {
    for (const score of unit.positives) positives.push(score);
    for (const score of unit.negatives) negatives.push(score);
  }
  return { positives: Float64Array.from(positives), negatives: Float64Array.from(negatives) };
}

/**
 * The tails of the BCa interval: Φ(z₀ + (z₀ + z)/(1 − a·(z₀ + z))), with the bias z₀ from the share of
 * replicates below the estimate and the acceleration a = Σd³/(6·(Σd²)^{3/2}) from the jackknife of units.
 */
function correctedTails(
  tails: readonly [number, number],
  known: {
    readonly figure: FigureOfMerit;
    readonly units: readonly DrawnUnit[];
    readonly estimate: number;
    readonly sorted: Float64Array;
  },
): readonly [number, number] {
  const { figure, units, estimate, sorted } = known;
  const below = sorted.filter((value) => value < estimate).length;
  const equal = sorted.filter((value) => value === estimate).length;
  const share = (below + equal / 2) / sorted.length;
  const least = 0.5 / sorted.length;
  const bias = normalQuantile(Math.min(1 - least, Math.max(least, share)));
  const left = units
    .map((_, out) =>
      figureOf(
        figure,
        units.filter((__, at) => at !== out),
      ),
    )
    .filter(Number.isFinite);
  const center = left.reduce((sum, value) => sum + value, 0) / left.length;
  let [squares, cubes] = [0, 0];
  for (const value of left) {
    squares += (center - value) ** 2;
    cubes += (center - value) ** 3;
  }
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  const corrected = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [corrected(tails[0]), corrected(tails[1])];
}

function deviation(values: Float64Array): number {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** R's type 7: linear between order statistics. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
