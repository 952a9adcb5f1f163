/** @throws RangeError unless 0 < level < 1 */
export function checkLevel(caller: string, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`${caller}: level must lie between 0 and 1, got ${level}`);
  }
}

/** @throws RangeError unless 0 ≤ k ≤ n, n is a whole number ≥ 1 and 0 < level < 1 */
export function checkCounts(caller: string, k: number, n: number, level: number): void {
  checkLevel(caller, level);
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`${caller}: n must be a whole number of at least 1, got ${n}`);
  }
  if (!(k >= 0 && k <= n)) {
    throw new RangeError(`${caller}: k must lie between 0 and n = ${n}, got ${k}`);
  }
}

/** @throws RangeError as {@link checkCounts}, or if k is not whole */
export function checkWholeCounts(caller: string, k: number, n: number, level: number): void {
  checkCounts(caller, k, n, level);
  if (!Number.isInteger(k)) throw new RangeError(`${caller}: k must be a whole number, got ${k}`);
}
