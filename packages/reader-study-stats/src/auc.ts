/** What a case is. */
export type BinaryLabel = 'positive' | 'negative';

/** The empirical area under the ROC curve with each case's share in it. */
export interface Placements {
  readonly auc: number;
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
 * class, which gives what the midranks of Sun and Xu give.
 *
 * @see Sun and Xu 2014, IEEE Signal Process Lett 21:1389, doi 10.1109/LSP.2014.2337313
 */
export function placements(positives: Float64Array, negatives: Float64Array): Placements {
  const ofPositives = sharesBelow(positives, negatives);
  const ofNegatives = sharesBelow(negatives, positives).map((share) => 1 - share);
  let twiceWins = 0;
  for (const share of ofPositives) twiceWins += Math.round(share * 2 * negatives.length);
  const auc = twiceWins / 2 / positives.length / negatives.length;
  return { auc, positives: ofPositives, negatives: ofNegatives };
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

/** Per value: the share of the others that lie below it, equal ones counted half. */
function sharesBelow(values: Float64Array, others: Float64Array): Float64Array {
  const sorted = Float64Array.from(others).sort();
  return values.map(
    (value) =>
      (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2 / sorted.length,
  );
}

/** How many sorted values lie below the value, or, with `orEqual`, at most at it. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = sorted[middle]!;
    if (at < value || (orEqual && at === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
