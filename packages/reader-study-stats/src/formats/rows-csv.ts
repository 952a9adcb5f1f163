import type { ReadRow } from '../mrmc/read-row.ts';
import type { ReadProblem } from '../reads.ts';
import { type CsvOptions, type CsvRow, formatCsv, parseCsv } from './csv.ts';
import { parseDecimal } from './decimal.ts';
import { checkWritable, type ReadFile, requireClean, type Scanned } from './read-file.ts';

const TEXTS = ['reader', 'case', 'modality', 'session', 'truth', 'label', 'cluster'] as const;
const NUMBERS = ['rating', 'seconds', 'order'] as const;

/** A column of a table of reads. */
export type RowColumn = keyof ReadRow;

/** The columns in the order in which they are written. */
const COLUMNS: readonly RowColumn[] = [
  'reader',
  'case',
  'modality',
  'session',
  'truth',
  'rating',
  'label',
  'seconds',
  'order',
  'cluster',
];

/** A table of reads. */
export interface RowsFile extends ReadFile {
  /** Columns of the table that mean nothing to this package. */
  readonly ignoredColumns: readonly string[];
}

/**
 * Reads from a CSV table, one row per read: the columns reader, case, modality or session (or both),
 * truth, rating or label (or both), and optionally seconds, order, cluster. Fields that are empty are
 * absent; identifiers stay the texts they are. Other columns are ignored, and named.
 *
 * What the values mean, and whether they make a study, `validateRows` says.
 *
 * @param csv the text of the table, header first
 * @param options `columns` renames: `{ modality: 'treatment' }`
 * @throws ReadsError listing every problem with its row
 * @example
 * ```ts
 * const { rows } = parseRows('reader,case,modality,truth,rating\nr1,07,A,1,4\n');
 * rows[0]; // => { reader: 'r1', case: '07', modality: 'A', truth: '1', rating: 4 }
 * ```
 */
export function parseRows(csv: string, options: RowsOptions = {}): RowsFile {
  return requireClean('parseRows', scanRows(csv, options), 'row');
}

/** Options of {@link parseRows}. */
export interface RowsOptions {
  /** The names that the columns have in the table, where they are others. */
  readonly columns?: Partial<Readonly<Record<RowColumn, string>>>;
}

/** {@link parseRows} without throwing: what can be read, and all problems. */
export function scanRows(csv: string, options: RowsOptions = {}): Scanned<RowsFile> {
  const problems: ReadProblem[] = [];
  const [header, ...table] = tableOf(csv, problems);
  const nameOf = (column: RowColumn): string => options.columns?.[column] ?? column;
  if (header) problems.push(...headerProblems(header.fields, nameOf));
  if (!header || problems.length > 0) {
    return { file: { rows: [], lines: [], ignoredColumns: [], warnings: [] }, problems };
  }
  const at = new Map(COLUMNS.map((column) => [column, header.fields.indexOf(nameOf(column))]));
  const rows: ReadRow[] = [];
  const lines: number[] = [];
  for (const { row, fields } of table) {
    const report = (message: string) => problems.push({ row, message });
    if (fields.length !== header.fields.length) {
      report(`must have ${header.fields.length} fields, got ${fields.length}`);
      continue;
    }
    rows.push(rowOf((column) => fields[at.get(column)!] ?? '', report));
    lines.push(row);
  }
  const known = COLUMNS.map(nameOf);
  const ignoredColumns = header.fields.filter((name) => !known.includes(name));
  return { file: { rows, lines, ignoredColumns, warnings: [] }, problems };
}

/** The rows of the table; its one problem stands in the list where it cannot be read. */
function tableOf(csv: string, problems: ReadProblem[]): readonly CsvRow[] {
  try {
    const rows = parseCsv(csv, (row, message) => {
      problems.push({ row, message });
      throw new SyntaxError(message);
    });
    if (rows.length === 0) problems.push({ row: 1, message: 'the table is empty' });
    return rows;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * The CSV table that {@link parseRows} reads: the columns that some row has, numbers with the digits
 * that give them back exactly.
 *
 * @param rows in the order of the table
 * @param options `guardFormulas`: for tables that people open in a spreadsheet
 * @throws RangeError listing texts that are empty and numbers that are not finite: the table could not
 *   give them back
 * @example
 * ```ts
 * formatRows([{ reader: 'r1', case: '007', modality: 'A', truth: '1', rating: 4.5 }]).split('\n')[1]; // => 'r1,007,A,1,4.5'
 * ```
 */
export function formatRows(rows: readonly ReadRow[], options: CsvOptions = {}): string {
  checkWritable('formatRows', rows.flatMap(rowProblems));
  const needed: readonly RowColumn[] = ['reader', 'case', 'truth'];
  const columns = COLUMNS.filter(
    (column) => needed.includes(column) || rows.some((row) => row[column] !== undefined),
  );
  const table = rows.map((row) => columns.map((column) => row[column] ?? ''));
  return formatCsv([columns, ...table], options);
}

function headerProblems(
  header: readonly string[],
  nameOf: (column: RowColumn) => string,
): readonly ReadProblem[] {
  const has = (column: RowColumn): boolean => header.includes(nameOf(column));
  const problems: string[] = [];
  for (const column of ['reader', 'case', 'truth'] as const) {
    if (!has(column)) problems.push(`column ${nameOf(column)} is missing`);
  }
  for (const [one, other] of [
    ['modality', 'session'],
    ['rating', 'label'],
  ] as const) {
    if (!has(one) && !has(other)) {
      problems.push(`column ${nameOf(one)} or ${nameOf(other)} is missing`);
    }
  }
  for (const column of COLUMNS) {
    const name = nameOf(column);
    if (header.indexOf(name) !== header.lastIndexOf(name)) {
      problems.push(`column ${name} occurs twice`);
    }
  }
  return problems.map((message) => ({ row: 1, message }));
}

function rowOf(field: (column: RowColumn) => string, report: (message: string) => void): ReadRow {
  const row: { -readonly [Column in RowColumn]?: ReadRow[Column] } = {};
  for (const column of TEXTS) {
    if (field(column) !== '') row[column] = field(column);
  }
  for (const column of NUMBERS) {
    if (field(column) === '') continue;
    row[column] = parseDecimal(field(column));
    if (!Number.isFinite(row[column])) {
      report(`${column} must be a finite number, got ${JSON.stringify(field(column))}`);
    }
  }
  for (const column of ['reader', 'case', 'truth'] as const) {
    if (row[column] === undefined) report(`${column} must not be empty`);
  }
  return { reader: '', case: '', truth: '', ...row };
}

function rowProblems(row: ReadRow, index: number): readonly string[] {
  const texts = TEXTS.filter((column) => row[column] === '');
  const numbers = NUMBERS.filter((column) => !Number.isFinite(row[column] ?? 0));
  return [
    ...texts.map((column) => `read ${index + 1}: ${column} must not be empty`),
    ...numbers.map((column) => `read ${index + 1}: ${column} must be finite, got ${row[column]}`),
  ];
}
