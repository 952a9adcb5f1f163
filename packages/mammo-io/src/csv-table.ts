import { parse } from 'csv-parse/browser/esm/sync';
import { ManifestError } from './manifest-error.ts';

const LONGEST_RECORD = 2 ** 20;

/**
 * The cells of a CSV text, white space around them taken off; a byte order mark, any line ends and quoted line breaks are
 * understood.
 *
 * @throws ManifestError if the text is not RFC 4180's, or a record is longer than 2^20 characters
 */
export function readCsv(caller: string, csv: string, delimiter = ','): readonly string[][] {
  try {
    const records: string[][] = parse(csv, {
      bom: true,
      delimiter,
      max_record_size: LONGEST_RECORD,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    return records.map((cells) => cells.map((cell) => cell.trim()));
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new ManifestError(caller, [`the file must be comma-separated text: ${reason}`]);
  }
}

/** A record of a published table. */
export interface TableRecord {
  /** Row of the table, the header being row 1; blank lines count. */
  readonly row: number;
  /** The value of a column, '' where it is empty. */
  cell(column: string): string;
}

/**
 * Reads a published table by its column names, capitals and white space aside; other columns may be there too.
 *
 * @throws ManifestError if a column is missing
 */
export function readTable(
  caller: string,
  csv: string,
  options: { readonly columns: readonly string[]; readonly delimiter?: string },
): readonly TableRecord[] {
  const [header = [], ...records] = readCsv(caller, csv, options.delimiter);
  const names = header.map(canonical);
  const missing = options.columns.filter((column) => !names.includes(canonical(column)));
  if (missing.length > 0) {
    throw new ManifestError(
      caller,
      missing.map((column) => `row 1: the column ${column} is missing`),
    );
  }
  return records.flatMap((cells, index) => {
    const cell = (column: string) => cells[names.indexOf(canonical(column))] ?? '';
    return cells.some((value) => value !== '') ? [{ row: index + 2, cell }] : [];
  });
}

/** CBIS-DDSM says `breast_density` in one table and `breast density` in another. */
function canonical(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
}

/**
 * A cell of a CSV text: quoted where it must be, and with an apostrophe before what a spreadsheet would take for a formula.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(value: string | number): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Takes off the apostrophe that {@link csvCell} put before a value. */
export function withoutFormulaGuard(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}

const FORMULA = /^'*[=+\-@\t\r]/;
