/** A threshold of a detector's scores for a rate of false alarms, or why there is none. */
export type FalseAlarmThreshold = {
  /** α, the rate asked for, in (0, 1). */
  readonly falseAlarmRate: number;
  /** Scores of real images that it was chosen on. */
  readonly n: number;
} & (
  | {
      /** There are at least 1/α − 1 scores. */
      readonly status: 'ok';
      /** A score above it is flagged as a fake. */
      readonly threshold: number;
    }
  | {
      /** So few real images cannot show so small a rate: at least 1/rate − 1 are needed. */
      readonly status: 'few-reals';
      /** No score is high enough. */
      readonly threshold: null;
    }
);

/**
 * The threshold that a new real image exceeds with a probability of at most α: the k-th smallest of n
 * scores of real images, k = ⌈(1 − α)·(n + 1)⌉. That holds whatever the distribution, on average over draws
 * of the n images, if the new image is one more draw like them: images that the detector was not fitted
 * on, from the same hospital, one per patient. Images of one patient are alike; the rate then scatters more.
 *
 * @param realScores of held-out real images, higher for what looks more like a fake
 * @throws RangeError if a score is not finite, or the rate does not lie in (0, 1)
 * @example
 * ```ts
 * falseAlarmThreshold([0.3, 0.1, 0.2, 0.4], { falseAlarmRate: 0.2 }).threshold; // => 0.4
 * ```
 * @see Papadopoulos et al. 2002, Inductive confidence machines for regression, doi 10.1007/3-540-36755-1_29;
 *   Bates et al. 2023, Testing for outliers with conformal p-values, doi 10.1214/22-AOS2244
 */
export function falseAlarmThreshold(
  realScores: readonly number[],
  { falseAlarmRate }: { readonly falseAlarmRate: number },
): FalseAlarmThreshold {
  if (!(falseAlarmRate > 0 && falseAlarmRate < 1)) {
    throw new RangeError(
      `falseAlarmThreshold: falseAlarmRate must lie between 0 and 1, got ${falseAlarmRate}`,
    );
  }
  const wrong = realScores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) {
    throw new RangeError(
      `falseAlarmThreshold: scores must be finite, got ${realScores[wrong]} at index ${wrong}`,
    );
  }
  const n = realScores.length;
  // (1 − 0.05)·20 must not become 19 + rounding
  const rank = Math.ceil((1 - falseAlarmRate) * (n + 1) - 1e-9);
  if (rank > n) return { status: 'few-reals', threshold: null, falseAlarmRate, n };
  const threshold = Float64Array.from(realScores).sort()[Math.max(rank, 1) - 1]!;
  return { status: 'ok', threshold, falseAlarmRate, n };
}
