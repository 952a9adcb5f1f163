import type { ManifestColumn } from './manifest-row.ts';

/** Cells of a manifest's row, by column. */
export type ManifestRecord = (column: ManifestColumn) => string;

/**
 * Reads the records of a JSON Lines manifest: one object a line with the names of the CSV columns, texts and numbers as values;
 * null is an empty cell. Names are looked up among the object's own keys only.
 */
export function readJsonLines(
  text: string,
  columns: readonly ManifestColumn[],
  problems: string[],
): readonly { readonly row: number; readonly cell: ManifestRecord }[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const row = index + 1;
    const values = readObject(line, row, problems);
    if (values === undefined) return [];
    for (const [name, value] of values) {
      const problem = valueProblem(name, value, columns);
      if (problem) problems.push(`row ${row}: ${problem}`);
    }
    return [{ row, cell: (column) => cellOf(values.get(column)) }];
  });
}

function readObject(
  line: string,
  row: number,
  problems: string[],
): ReadonlyMap<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    problems.push(`row ${row}: the line must be JSON`);
    return undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value)); // a Map has no prototype's names
  }
  problems.push(`row ${row}: the line must be a JSON object`);
  return undefined;
}

function valueProblem(
  name: string,
  value: unknown,
  columns: readonly string[],
): string | undefined {
  if (!columns.includes(name)) {
    const shown = JSON.stringify(name.slice(0, 80));
    return `the column ${shown} is not one of ${columns.join(', ')}`;
  }
  const valid = value === null || typeof value === 'string' || Number.isFinite(value);
  return valid ? undefined : `${name} must be a text or a number`;
}

function cellOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
