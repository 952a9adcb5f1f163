/**
 * Holm's step-down adjustment of p-values for several tests; order is kept.
 *
 * @param pValues numbers in [0, 1]
 * @throws RangeError if a value is outside [0, 1]
 * @example
 * ```ts
 * holmAdjust([0.01, 0.04]); // => [0.02, 0.04]
 * ```
 * @see Holm 1979, Scand J Stat 6:65
 */
export function holmAdjust(pValues: readonly number[]): readonly number[] {
  for (const p of pValues) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`holmAdjust: p must lie in [0, 1], got ${p}`);
  }
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(pValues.length);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = running;
  });
  return adjusted;
}
