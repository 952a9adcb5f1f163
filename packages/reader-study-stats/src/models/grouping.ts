/** Rows by the level of a column, or of several together. */
export interface Grouping {
  readonly name: string;
  readonly levels: readonly string[];
  /** Per row, the index of its level. */
  readonly index: Int32Array;
}

/**
 * Groups rows by a column, or by the combinations of several written `reader:session`.
 *
 * @throws RangeError if a row has no text there, or all rows are of one level
 */
export function grouping(caller: string, rows: readonly object[], name: string): Grouping {
  const columns = name.split(':');
  const positions = new Map<string, number>();
  const levels: string[] = [];
  const index = Int32Array.from(rows, (row, i) => {
    const parts = columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]);
    const bad = parts.findIndex((part) => typeof part !== 'string' || part === '');
    if (bad >= 0) {
      throw new RangeError(
        `${caller}: column ${columns[bad]} must hold text, got ${String(parts[bad])} in row ${i + 1}`,
      );
    }
    const key = parts.length === 1 ? String(parts[0]) : JSON.stringify(parts);
    const known = positions.get(key);
    if (known !== undefined) return known;
    positions.set(key, levels.length);
    levels.push(parts.join(':'));
    return levels.length - 1;
  });
  if (levels.length < 2) {
    throw new RangeError(`${caller}: ${name} must have at least two levels, got ${levels.length}`);
  }
  return { name, levels, index };
}
