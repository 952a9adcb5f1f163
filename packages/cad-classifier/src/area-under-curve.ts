/**
 * Area under the empirical ROC curve: the share of pairs in which the positive scores higher, ties counted half
 * (Mann-Whitney).
 *
 * @param positives - scores of positive images, at least one
 * @param negatives - scores of negative images, at least one
 * @throws RangeError if a class is absent or a score is NaN
 * @example
 * ```ts
 * areaUnderCurve([0.9, 0.5], [0.5, 0.1]); // => 0.875
 * ```
 */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  for (const [name, scores] of Object.entries({ positives, negatives })) {
    if (scores.length === 0 || scores.some(Number.isNaN)) {
      throw new RangeError(
        `areaUnderCurve: ${name} must be one score or more, got ${scores.length === 0 ? 'none' : 'NaN'}`,
      );
    }
  }
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0; // of the positives, tied ones at the mean of their ranks
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.score === all[start]?.score) end++;
    const tied = all.slice(start, end).filter(({ positive }) => positive).length;
    rankSum += tied * ((start + 1 + end) / 2);
    start = end;
  }
  const [m, n] = [positives.length, negatives.length];
  return (rankSum - (m * (m + 1)) / 2) / (m * n);
}
