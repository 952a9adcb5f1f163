/** An index beyond either end after mirroring, edge pixels twice: … 1 0 | 0 1 2 … n−1 | n−1 n−2 … */
export function mirroredIndex(index: number, length: number): number {
  const period = 2 * length;
  const phase = ((index % period) + period) % period;
  return phase < length ? phase : period - 1 - phase;
}
