/** Distinct identifiers, numbers by value and before words. */
export function sortedIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort(compareIds);
}

/** Numbers by value and before words; words by code units, the same on every machine. */
function compareIds(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  const [isX, isY] = [a.trim() !== '' && Number.isFinite(x), b.trim() !== '' && Number.isFinite(y)];
  if (isX && isY && x !== y) return x - y;
  if (isX !== isY) return isX ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
