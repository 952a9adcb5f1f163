import type { ConfidenceInterval } from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type RandomStream, randomStream } from '../random.ts';
import { sampleQuantile, standardDeviation } from '../roc/bootstrap-interval.ts';
import type { ClassRatings, MrmcCell, MrmcData } from './mrmc-data.ts';

/** Options of {@link bootstrapMrmc}. */
export interface MrmcBootstrapOptions {
  /** What is drawn with replacement, cases within their class; there is no default. */
  readonly unit: 'cases' | 'readers' | 'readers-and-cases';
  /** Number of replicates; default 2000. */
  readonly replicates?: number;
  /** The same seed draws the same readers and cases. */
  readonly seed: number;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** Result of {@link bootstrapMrmc}, one of each per number that was computed. */
export interface MrmcBootstrap {
  /** What `compute` gives for the study itself, not the mean of the replicates. */
  readonly estimates: readonly number[];
  /** Standard deviation over the replicates. */
  readonly standardErrors: readonly number[];
  /** Percentile intervals. */
  readonly intervals: readonly ConfidenceInterval[];
  /** Replicates in which every number was finite; others are left out. */
  readonly replicates: number;
  /** What was drawn. */
  readonly unit: MrmcBootstrapOptions['unit'];
}

/**
 * Bootstrap of anything that is computed from a study: readers, cases or both are drawn with
 * replacement, and everything is computed anew.
 *
 * @param data checked reads
 * @param options unit, replicates, seed, level, and `compute`, which turns a study into numbers
 * @example
 * ```ts
 * bootstrapMrmc(study, {
 *   unit: 'readers-and-cases',
 *   seed: 1,
 *   compute: (drawn) => obuchowskiRockette(drawn).means.map((mean) => mean.estimate ?? Number.NaN),
 * }).intervals;
 * ```
 * @throws RangeError if replicates is not a whole number ≥ 2, fewer than two replicates are finite, or
 *   cases that have clusters would be drawn
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13
 */
export function bootstrapMrmc(
  data: MrmcData,
  options: MrmcBootstrapOptions & { readonly compute: (data: MrmcData) => readonly number[] },
): MrmcBootstrap {
  const { unit, replicates = 2000, seed, level = 0.95, compute } = options;
  checkLevel('bootstrapMrmc', level);
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new RangeError(
      `bootstrapMrmc: replicates must be a whole number >= 2, got ${replicates}`,
    );
  }
  if (data.clusters !== null && unit !== 'readers') {
    throw new RangeError(
      `bootstrapMrmc: cases in clusters cannot be drawn one by one, got unit ${unit}`,
    );
  }
  const stream = randomStream(seed, 'mrmc-bootstrap');
  const estimates = compute(data);
  const samples = estimates.map(() => new Float64Array(replicates));
  let kept = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const values = compute(resample(data, unit, stream));
    if (!values.every(Number.isFinite)) continue;
    values.forEach((value, i) => {
      samples[i]![kept] = value;
    });
    kept++;
  }
  if (kept < 2)
    throw new RangeError(`bootstrapMrmc: at least 2 replicates must be finite, got ${kept}`);
  const finite = samples.map((values) => values.subarray(0, kept).sort());
  return {
    estimates,
    standardErrors: finite.map(standardDeviation),
    intervals: finite.map((sorted) => ({
      level,
      lower: sampleQuantile(sorted, (1 - level) / 2),
      upper: sampleQuantile(sorted, (1 + level) / 2),
      method: `bootstrap of ${unit}, percentile`,
    })),
    replicates: kept,
    unit,
  };
}

/** A study of drawn readers and cases; what is drawn twice counts as two. */
function resample(
  data: MrmcData,
  unit: MrmcBootstrapOptions['unit'],
  stream: RandomStream,
): MrmcData {
  const drawsCases = unit !== 'readers';
  const positives = drawsCases ? drawCases(data.positives.length, stream) : null;
  const negatives = drawsCases ? drawCases(data.negatives.length, stream) : null;
  const readers = unit === 'cases' ? null : draws(data.readers.length, stream);
  const cells = data.cells.map((cell) => ({
    ...cell,
    positives: drawRatings(cell.positives, positives),
    negatives: drawRatings(cell.negatives, negatives),
  }));
  return {
    ...data,
    readers: drawn(data.readers, readers ?? undefined),
    positives: drawn(data.positives, positives?.order),
    negatives: drawn(data.negatives, negatives?.order),
    cells: readers === null ? cells : drawReaders(cells, readers),
  };
}

function draws(count: number, stream: RandomStream): Int32Array {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = stream.integer(count);
  return order;
}

/** Cases drawn with replacement, and their places 0, 1, 2, … in the new study. */
interface CaseDraw {
  readonly order: Int32Array;
  readonly all: Int32Array;
}

function drawCases(count: number, stream: RandomStream): CaseDraw {
  return { order: draws(count, stream), all: new Int32Array(count).map((_, index) => index) };
}

function drawn(ids: readonly string[], order: Int32Array | undefined): readonly string[] {
  if (order === undefined) return ids;
  const result: string[] = [];
  for (let to = 0; to < order.length; to++) result.push(ids[order[to]!]!);
  return result;
}

/** The ratings of the drawn cases, as far as the cell has them. */
function drawRatings(own: ClassRatings, draw: CaseDraw | null): ClassRatings {
  if (draw === null) return own;
  const { order, all } = draw;
  const ratings = new Float64Array(order.length);
  if (own.cases.length === order.length) {
    for (let to = 0; to < order.length; to++) ratings[to] = own.ratings[order[to]!]!;
    return { cases: all, ratings };
  }
  const at = new Int32Array(order.length).fill(-1);
  for (let i = 0; i < own.cases.length; i++) at[own.cases[i]!] = i;
  const cases = new Int32Array(order.length);
  let count = 0;
  for (let to = 0; to < order.length; to++) {
    const from = at[order[to]!]!;
    if (from < 0) continue;
    cases[count] = to;
    ratings[count] = own.ratings[from]!;
    count++;
  }
  return { cases: cases.subarray(0, count), ratings: ratings.subarray(0, count) };
}

/** Cells by test, then drawn reader. */
function drawReaders(cells: readonly MrmcCell[], order: Int32Array): readonly MrmcCell[] {
  const tests = [...new Set(cells.map((cell) => cell.test))];
  return tests.flatMap((test) =>
    Array.from(order).flatMap((from, reader) =>
      cells
        .filter((cell) => cell.test === test && cell.reader === from)
        .map((cell) => ({ ...cell, reader })),
    ),
  );
}
