import { type BinaryLabel, splitByLabel } from './auc.ts';

/** One operating point of the empirical ROC curve: "positive" means score ≥ threshold. */
export interface RocPoint {
  /** Infinity at the first point, where nothing is called positive. */
  readonly threshold: number;
  /** Share of the negatives called positive: 1 − specificity. */
  readonly falsePositiveRate: number;
  /** Share of the positives called positive: sensitivity. */
  readonly truePositiveRate: number;
}

/**
 * The empirical ROC curve, from (0, 0) to (1, 1): one point per distinct score, thresholds falling.
 * Higher scores mean "more positive".
 *
 * @param scores finite numbers, one per case
 * @param labels one per case
 * @throws RangeError if lengths differ, a score is not finite or a class is absent
 * @example
 * ```ts
 * rocCurve([0.9, 0.2], ['positive', 'negative']).map((point) => point.truePositiveRate); // => [0, 1, 1]
 * ```
 */
export function rocCurve(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
): readonly RocPoint[] {
  const classes = splitByLabel('rocCurve', scores, labels, 1);
  const positives = classes.positives.sort().reverse();
  const negatives = classes.negatives.sort().reverse();
  const points: RocPoint[] = [
    { threshold: Number.POSITIVE_INFINITY, falsePositiveRate: 0, truePositiveRate: 0 },
  ];
  let hits = 0;
  let falseAlarms = 0;
  while (hits < positives.length || falseAlarms < negatives.length) {
    const threshold = Math.max(
      positives[hits] ?? Number.NEGATIVE_INFINITY,
      negatives[falseAlarms] ?? Number.NEGATIVE_INFINITY,
    );
    while (positives[hits] === threshold) hits++;
    while (negatives[falseAlarms] === threshold) falseAlarms++;
    points.push({
      threshold,
      falsePositiveRate: falseAlarms / negatives.length,
      truePositiveRate: hits / positives.length,
    });
  }
  return points;
}
