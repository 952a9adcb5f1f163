/** What a case is. */
export type BinaryLabel = 'positive' | 'negative';

/** Numbers of cases. */
export interface ClassSizes {
  /** Positive cases. */
  readonly positives: number;
  /** Negative cases. */
  readonly negatives: number;
}

/** The empirical area under the ROC curve with each case's share in it. */
export interface Placements {
  readonly auc: number;
  /** `positives` before `negatives`, of which they are parts. */
  readonly all: Float64Array;
  /** Per positive: share of negatives that score lower (ties count half), in input order. */
  readonly positives: Float64Array;
  /** Per negative: share of positives that score higher (ties count half), in input order. */
  readonly negatives: Float64Array;
}

/**
 * Empirical area under the ROC curve, P(positive > negative) + ½·P(equal): the Mann-Whitney statistic.
 * Higher scores mean "more positive"; the direction is never guessed.
 *
 * @param scores finite numbers, one per case
 * @param labels one per case
 * @returns a number in [0, 1]
 * @throws RangeError if lengths differ, a score is not finite or a class is absent
 * @example
 * ```ts
 * areaUnderCurve([0.9, 0.4, 0.4, 0.1], ['positive', 'positive', 'negative', 'negative']); // => 0.875
 * ```
 */
export function areaUnderCurve(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): number {
  const { positives, negatives } = splitByLabel('areaUnderCurve', scores, labels, 1);
  return placements(positives, negatives).auc;
}

/**
 * DeLong's structural components. O(n log n): each score is found in the sorted scores of the other
 * class, which gives what the midranks of Sun and Xu give; O(n) for scores on a scale of whole numbers.
 *
 * @see Sun and Xu 2014, IEEE Signal Process Lett 21:1389, doi 10.1109/LSP.2014.2337313
 */
export function placements(positives: Float64Array, negatives: Float64Array): Placements {
  const [m, n] = [positives.length, negatives.length];
  const all = new Float64Array(m + n);
  const ofPositives = all.subarray(0, m);
  const ofNegatives = all.subarray(m);
  const scale = integerScale(positives, negatives);
  if (scale === null) {
    placeBySearch(positives, negatives, ofPositives);
    placeBySearch(negatives, positives, ofNegatives);
  } else {
    placeByTable(positives, negatives, ofPositives, scale);
    placeByTable(negatives, positives, ofNegatives, scale);
  }
  let twiceWins = 0;
  for (let i = 0; i < m; i++) twiceWins += ofPositives[i]!;
  for (let i = 0; i < m; i++) ofPositives[i]! /= 2 * n;
  for (let j = 0; j < n; j++) ofNegatives[j] = 1 - ofNegatives[j]! / (2 * m);
  return { auc: twiceWins / 2 / m / n, all, positives: ofPositives, negatives: ofNegatives };
}

/**
 * The scores of each class, in input order.
 * @throws RangeError if lengths differ, a score is not finite or a class has fewer than `atLeast` cases
 */
export function splitByLabel(
  caller: string,
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  atLeast: number,
): { readonly positives: Float64Array; readonly negatives: Float64Array } {
  if (scores.length !== labels.length) {
    throw new RangeError(
      `${caller}: scores and labels must have one length, got ${scores.length} and ${labels.length}`,
    );
  }
  const classes: Record<BinaryLabel, number[]> = { positive: [], negative: [] };
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    const ofLabel = classes[labels[i]!];
    if (!Number.isFinite(score)) {
      throw new RangeError(`${caller}: scores must be finite, got ${score} at index ${i}`);
    }
    if (ofLabel === undefined) {
      throw new RangeError(
        `${caller}: labels must be 'positive' or 'negative', got ${String(labels[i])} at index ${i}`,
      );
    }
    ofLabel.push(score);
  }
  const { positive, negative } = classes;
  if (positive.length < atLeast || negative.length < atLeast) {
    throw new RangeError(
      `${caller}: each class must have at least ${atLeast} case${atLeast > 1 ? 's' : ''}, ` +
        `got ${positive.length} positive and ${negative.length} negative`,
    );
  }
  return { positives: Float64Array.from(positive), negatives: Float64Array.from(negative) };
}

/** Least value and number of steps of a scale of whole numbers. */
interface IntegerScale {
  readonly least: number;
  readonly steps: number;
}

/** The scale, if all scores are whole numbers and there are not many more steps than scores. */
function integerScale(positives: Float64Array, negatives: Float64Array): IntegerScale | null {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const values of [positives, negatives]) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value !== Math.floor(value)) return null;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  const steps = greatest - least + 1;
  return steps <= 2 * (positives.length + negatives.length) ? { least, steps } : null;
}

/** Per value: twice the number of the others below it, equal ones counted half. */
function placeByTable(
  values: Float64Array,
  others: Float64Array,
  counts: Float64Array,
  { least, steps }: IntegerScale,
): void {
  const table = new Int32Array(steps);
  for (let i = 0; i < others.length; i++) table[others[i]! - least]! += 1;
  let below = 0;
  for (let step = 0; step < steps; step++) {
    const at = table[step]!;
    table[step] = 2 * below + at;
    below += at;
  }
  for (let i = 0; i < values.length; i++) counts[i] = table[values[i]! - least]!;
}

function placeBySearch(values: Float64Array, others: Float64Array, counts: Float64Array): void {
  const sorted = others.slice().sort();
  for (let i = 0; i < values.length; i++) {
    const below = position(sorted, values[i]!, 0, false);
    counts[i] = below + position(sorted, values[i]!, below, true);
  }
}

/** How many sorted values lie below the value, or, with `orEqual`, at most at it; at least `low`. */
function position(sorted: Float64Array, value: number, low: number, orEqual: boolean): number {
  let from = low;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const at = sorted[middle]!;
    if (at < value || (orEqual && at === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}
