/** A count of successes among trials. */
export interface Count {
  /** Successes, a whole number from 0 to n. */
  readonly k: number;
  /** Trials, a whole number ≥ 1. */
  readonly n: number;
}

/** Pairs of yes/no answers of two tests (or readers, or sessions) to the same cases. */
export interface PairedCounts {
  /** Yes of both. */
  readonly both: number;
  /** Yes of the first alone. */
  readonly firstOnly: number;
  /** Yes of the second alone. */
  readonly secondOnly: number;
  /** No of both. */
  readonly neither: number;
}

/** @throws RangeError unless every count is whole with 0 ≤ k ≤ n and n ≥ 1 */
export function checkCounts(caller: string, ...counts: readonly Count[]): void {
  for (const { k, n } of counts) {
    if (!Number.isSafeInteger(k) || !Number.isSafeInteger(n) || n < 1 || k < 0 || k > n) {
      throw new RangeError(
        `${caller}: counts must be whole with 0 <= k <= n and n >= 1, got ${k} of ${n}`,
      );
    }
  }
}

/** @returns the number of pairs @throws RangeError unless the counts are whole, ≥ 0 and not all 0 */
export function checkPairs(caller: string, counts: PairedCounts): number {
  const { both, firstOnly, secondOnly, neither } = counts;
  const all = [both, firstOnly, secondOnly, neither];
  const total = both + firstOnly + secondOnly + neither;
  if (!all.every((count) => Number.isSafeInteger(count) && count >= 0) || total === 0) {
    throw new RangeError(
      `${caller}: counts must be whole, >= 0 and not all 0, got ${all.join(', ')}`,
    );
  }
  return total;
}
