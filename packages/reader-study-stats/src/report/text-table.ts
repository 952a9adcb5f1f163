import { checkTable, type DataTable } from './data-table.ts';
import { replaceControls } from './escape.ts';

/** A table whose cells are plain text. */
export interface TextTable extends Omit<DataTable, 'rows'> {
  /** Cells in the order of the columns, one for each; line breaks become spaces. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * A table as aligned plain text: the first column and those of align 'text' left, the rest right.
 * Control characters become U+FFFD, so that no identifier can steer a terminal.
 *
 * @returns lines that end with a line feed
 * @throws RangeError if a row has not one cell per column
 * @example
 * ```ts
 * textTable({ columns: ['reader', 'AUC'], rows: [['R1', '0.812']] }); // => 'reader    AUC\n------  -----\nR1      0.812\n'
 * ```
 */
export function textTable({ caption, columns, rows }: TextTable): string {
  checkTable('textTable', columns.length, rows);
  const heads = columns.map((column) => (typeof column === 'string' ? { label: column } : column));
  const lines = [heads.map(({ label }) => label), ...rows].map((row) => row.map(oneLine));
  const widths = heads.map((_, i) => lines.reduce((w, row) => Math.max(w, width(row[i]!)), 0));
  const [head, ...body] = lines.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(widths[i]! - width(cell));
        return i === 0 || heads[i]!.align === 'text' ? cell + space : space + cell;
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((w) => '-'.repeat(w)).join('  ');
  const title = caption === undefined ? [] : [oneLine(caption)];
  return [...title, head, rule, ...body].map((text) => `${text}\n`).join('');
}

function oneLine(text: string): string {
  return replaceControls(text).replace(/\s/g, ' ');
}

/** Columns that a terminal takes: none for combining marks, two for East Asian wide characters. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}|\p{Cf}/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
