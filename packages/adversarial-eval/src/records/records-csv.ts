import { parse } from 'csv-parse/browser/esm/sync';
import { type PairedRecord, PairedRecordError, type RecordProblem } from '../paired-record.ts';
import {
  type RawRecord,
  RECORD_FIELDS,
  type ReadOptions,
  type RecordField,
  readRecords,
} from './read-fields.ts';

/** Options of {@link parseRecords}. */
export interface ParseRecordsOptions extends ReadOptions {
  /** Names of the columns in the file, such as `{ caseId: 'image', scoreReal: 'p_before' }`. */
  readonly columns?: Partial<Record<RecordField, string>>;
  /** Default: the one that the header has most of: comma, semicolon or tab. */
  readonly delimiter?: ',' | ';' | '\t';
  /**
   * What to do with columns that are neither fields nor named `strata.…`: 'error' (default), take
   * them for strata, or leave them out.
   */
  readonly otherColumns?: 'error' | 'stratum' | 'ignore';
}

const REQUIRED: readonly RecordField[] = ['caseId', 'label', 'scoreReal', 'scoreFake'];

/**
 * Records from a CSV table, header first, one row per pair. Columns are the fields of
 * {@link PairedRecord}, of which caseId, label, scoreReal and scoreFake must be there; `strata.density`
 * is a stratum. Empty lines are passed over. Rows are counted as a spreadsheet does: the header is row 1.
 *
 * @param csv text (RFC 4180; byte order mark and any line ends are understood)
 * @throws PairedRecordError listing every problem with its row
 * @example
 * ```ts
 * const csv = 'caseId,label,scoreReal,scoreFake\na,positive,0.9,0.2\nb,negative,0.1,0.3\n';
 * parseRecords(csv)[0]?.direction; // => 'remove'
 * ```
 */
export function parseRecords(
  csv: string,
  options: ParseRecordsOptions = {},
): readonly PairedRecord[] {
  const [header = [], ...table] = readTable('parseRecords', csv, options.delimiter);
  const nameOf = (field: RecordField): string => options.columns?.[field] ?? field;
  const fieldOf = new Map(RECORD_FIELDS.map((field) => [nameOf(field), field]));
  const problems = headerProblems(header, { fieldOf, nameOf, others: options.otherColumns });
  if (problems.length > 0) throw new PairedRecordError('parseRecords', problems);

  const found: RecordProblem[] = [];
  const rows = table.flatMap((cells, index): RawRecord[] => {
    const row = index + 2;
    if (cells.every((cell) => cell === '')) return [];
    if (cells.length !== header.length) {
      const message = `must have ${header.length} cells, got ${cells.length}`;
      found.push({ row, caseId: null, message });
    }
    const fields: Partial<Record<RecordField, string>> = {};
    const strata: Record<string, string> = {};
    header.forEach((name, column) => {
      const field = fieldOf.get(name);
      const cell = cells[column] ?? '';
      if (field) fields[field] = cell;
      else if (cell !== '' && isStratum(name, options.otherColumns)) strata[stratumOf(name)] = cell;
    });
    return [{ row, fields, strata }];
  });
  return readRecords('parseRecords', rows, { ...options, found });
}

/**
 * The CSV table that {@link parseRecords} reads, with all columns that any record has.
 *
 * @example
 * ```ts
 * parseRecords(formatRecords(records)).length === records.length; // => true
 * ```
 */
export function formatRecords(records: readonly PairedRecord[]): string {
  const fields = RECORD_FIELDS.filter((field) =>
    records.some((record) => record[field] !== undefined),
  );
  const strata = [...new Set(records.flatMap((record) => Object.keys(record.strata ?? {})))];
  const rows = records.map((record) => [
    ...fields.map((field) => record[field] ?? ''),
    ...strata.map((name) => record.strata?.[name] ?? ''),
  ]);
  return formatTable([[...fields, ...strata.map((name) => `strata.${name}`)], ...rows]);
}

/**
 * Cells of a text, trimmed; row i of the result is row i + 1 of the table.
 * @throws PairedRecordError if it is not such a table
 */
export function readTable(
  caller: string,
  text: string,
  delimiter: string = delimiterOf(text),
): readonly (readonly string[])[] {
  let table: string[][];
  try {
    table = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
    });
  } catch (error) {
    const message = `the file must be a table: ${error instanceof Error ? error.message : error}`;
    throw new PairedRecordError(caller, [{ row: null, caseId: null, message }]);
  }
  if (table.length > 0) return table;
  throw new PairedRecordError(caller, [{ row: 1, caseId: null, message: 'the table is empty' }]);
}

/** A CSV text; cells are quoted where they need it. */
export function formatTable(rows: readonly (readonly (string | number)[])[]): string {
  const quote = (cell: string): string =>
    /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows.map((cells) => `${cells.map((cell) => quote(String(cell))).join(',')}\n`).join('');
}

function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function isStratum(name: string, others: ParseRecordsOptions['otherColumns']): boolean {
  return name.startsWith('strata.') || others === 'stratum';
}

function stratumOf(name: string): string {
  return name.startsWith('strata.') ? name.slice('strata.'.length) : name;
}

function headerProblems(
  header: readonly string[],
  options: {
    readonly fieldOf: ReadonlyMap<string, RecordField>;
    readonly nameOf: (field: RecordField) => string;
    readonly others: ParseRecordsOptions['otherColumns'];
  },
): readonly RecordProblem[] {
  const { fieldOf, nameOf, others = 'error' } = options;
  const messages: string[] = [];
  for (const field of REQUIRED) {
    if (!header.includes(nameOf(field))) messages.push(`column ${nameOf(field)} is missing`);
  }
  header.forEach((name, column) => {
    if (header.indexOf(name) < column) messages.push(`column ${JSON.stringify(name)} occurs twice`);
    else if (!fieldOf.has(name) && !name.startsWith('strata.') && others === 'error') {
      messages.push(`column ${JSON.stringify(name)} is unknown`);
    }
  });
  return messages.map((message) => ({ row: 1, caseId: null, message }));
}
