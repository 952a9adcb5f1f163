import {
  ANSWER_CODES,
  type Answer,
  type Appearance,
  findReadProblems,
  type Read,
  type ReadProblem,
  ReadsError,
  type Truth,
} from '../reads.ts';
import { type CsvOptions, formatCsv, parseCsv } from './csv.ts';
import { parseDecimal } from './decimal.ts';

const REQUIRED = ['reader', 'session', 'case', 'truth', 'appearance', 'label', 'order'] as const;
const OPTIONAL = ['seconds', 'simulated'] as const;

type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/** Options of {@link parseReads}. */
export interface ReadsOptions {
  /** `{ case: 'image' }` reads the case from the column "image". */
  readonly columns?: Partial<Readonly<Record<Column, string>>>;
  /** `{ label: { fake: 'not-real' } }` takes the table's "fake" for the label 'not-real'. */
  readonly words?: Partial<
    Readonly<Record<'truth' | 'appearance' | 'label', Readonly<Record<string, string>>>>
  >;
}

/**
 * Reads from a CSV table with the columns reader, session, case, truth, appearance, label, order and
 * optionally seconds and simulated. Labels may be written as 1, 2, 3. All problems are reported at once.
 *
 * @param csv the text of the table, header first
 * @param options names and words of the table, where they are others
 * @throws ReadsError listing every problem with its row
 * @example
 * ```ts
 * parseReads('reader,session,case,truth,appearance,label,order\nR1,3,a,fake,positive,2,1\n')[0]?.label; // => 'not-real'
 * ```
 */
export function parseReads(csv: string, options: ReadsOptions = {}): readonly Read[] {
  const [header, ...table] = parseCsv(csv, (row, message) => {
    throw new ReadsError('parseReads', [{ row, message }]);
  });
  if (!header) throw new ReadsError('parseReads', [{ row: 1, message: 'the table is empty' }]);
  const nameOf = (column: Column): string => options.columns?.[column] ?? column;
  const names = header.fields;
  const problems = headerProblems(names, nameOf);
  if (problems.length > 0) throw new ReadsError('parseReads', problems);

  const position = (column: Column): number => names.indexOf(nameOf(column));
  const reads: Read[] = [];
  const rows: number[] = [];
  const found: ReadProblem[] = [];
  for (const { row, fields } of table) {
    if (fields.length !== names.length) {
      const message = `must have ${names.length} fields, got ${fields.length}`;
      found.push({ row, message });
      continue;
    }
    const simulated = fields[position('simulated')] ?? '';
    if (!['', 'true', 'false'].includes(simulated)) {
      found.push({ row, message: `simulated must be true or false, got ${simulated}` });
    }
    reads.push(
      readOf((column) => {
        const text = fields[position(column)] ?? '';
        const words = options.words?.[column as 'label'] ?? {};
        return Object.hasOwn(words, text) ? words[text]! : text;
      }),
    );
    rows.push(row);
  }
  found.push(...findReadProblems(reads, rows));
  found.sort((a, b) => a.row - b.row);
  if (found.length > 0) throw new ReadsError('parseReads', found);
  return reads;
}

/**
 * The CSV table that {@link parseReads} reads; "simulated" is always a column of it.
 *
 * @param reads in the order of the table
 * @param options `guardFormulas`: for tables that people open in a spreadsheet
 * @example
 * ```ts
 * parseReads(formatReads(reads)); // the same reads
 * ```
 */
export function formatReads(reads: readonly Read[], options: CsvOptions = {}): string {
  const columns: readonly Column[] = [...REQUIRED, ...OPTIONAL];
  const rows = reads.map((read) => columns.map((name) => read[name] ?? ''));
  return formatCsv([columns, ...rows], options);
}

function headerProblems(
  fields: readonly string[],
  nameOf: (column: Column) => string,
): readonly ReadProblem[] {
  const known = [...REQUIRED, ...OPTIONAL].map(nameOf);
  const problems: string[] = [];
  for (const column of REQUIRED) {
    if (!fields.includes(nameOf(column))) problems.push(`column ${nameOf(column)} is missing`);
  }
  fields.forEach((field, index) => {
    if (!known.includes(field)) problems.push(`column ${JSON.stringify(field)} is unknown`);
    if (fields.indexOf(field) < index) problems.push(`column ${field} occurs twice`);
  });
  return problems.map((message) => ({ row: 1, message }));
}

/** The values are checked afterwards, all together. */
function readOf(field: (column: Column) => string): Read {
  const label = field('label');
  const seconds = field('seconds');
  return {
    reader: field('reader'),
    session: field('session'),
    case: field('case'),
    truth: field('truth') as Truth,
    appearance: field('appearance') as Appearance,
    label: Object.hasOwn(ANSWER_CODES, label) ? ANSWER_CODES[label]! : (label as Answer),
    order: parseDecimal(field('order')),
    ...(seconds === '' ? {} : { seconds: parseDecimal(seconds) }),
    simulated: field('simulated') === 'true',
  };
}
