import { type PairedRecord, PairedRecordError, type RecordProblem } from '../paired-record.ts';
import { type ModelOutput, outputWidth, positiveProbability } from './class-scores.ts';
import {
  type RawRecord,
  RECORD_FIELDS,
  type ReadOptions,
  type RecordField,
  readRecords,
} from './read-fields.ts';
import { formatTable, readTable } from './records-csv.ts';

/** What toolboxes for attacks (ART, Foolbox) leave behind when their arrays are written as CSV. */
export interface ScoreTables {
  /** Header first: caseId, label, and any other field of a record but the scores. */
  readonly cases: string;
  /**
   * Outputs for the real images: `np.savetxt` of `classifier.predict(x)`, a row of one or two numbers
   * per case in the order of `cases`; or, with a header, caseId first and any order.
   */
  readonly real: string;
  /** Outputs for the fakes, in the same way. */
  readonly fake: string;
}

/** Options of {@link fromScoreTables}. */
export interface ScoreTableOptions extends Omit<ReadOptions, 'scoreRange'> {
  /** What the numbers are. ART's `predict` and Foolbox's models mostly give 'two-logits'. */
  readonly output: ModelOutput;
}

/**
 * Records from a table of cases and two tables of outputs. Scores become probabilities of the positive
 * class.
 *
 * @throws PairedRecordError listing every problem with its row in the table it is in: a fake without
 *   its real image, a number that is not finite, a case that occurs twice
 * @example
 * ```ts
 * const records = fromScoreTables(
 *   { cases: 'caseId,label\na,positive\nb,negative\n', real: '-2 1\n1.5 -1\n', fake: '2 -1\n1 0\n' },
 *   { output: 'two-logits' },
 * );
 * records[0]?.scoreReal.toFixed(3); // => '0.953'
 * ```
 */
export function fromScoreTables(
  tables: ScoreTables,
  options: ScoreTableOptions,
): readonly PairedRecord[] {
  const found: RecordProblem[] = [];
  const report = (row: number | null, message: string) =>
    found.push({ row, caseId: null, message });
  const [header = [], ...cases] = readTable('fromScoreTables', tables.cases);
  for (const name of ['caseId', 'label']) {
    if (!header.includes(name)) report(1, `cases: column ${name} is missing`);
  }
  for (const name of header) {
    const known = (RECORD_FIELDS as readonly string[]).includes(name) && !name.startsWith('score');
    if (!known && !name.startsWith('strata.')) report(1, `cases: column ${name} is unknown`);
  }
  if (found.length > 0) throw new PairedRecordError('fromScoreTables', found);

  const ids = cases.map((cells) => cells[header.indexOf('caseId')] ?? '');
  const real = outputsOf('real', tables.real, { ids, output: options.output, report });
  const fake = outputsOf('fake', tables.fake, { ids, output: options.output, report });
  const rows = cases.map((cells, i): RawRecord => {
    const fields: Partial<Record<RecordField, string>> = {};
    const strata: Record<string, string> = {};
    header.forEach((name, column) => {
      const cell = cells[column] ?? '';
      if (name.startsWith('strata.')) strata[name.slice('strata.'.length)] = cell;
      else fields[name as RecordField] = cell;
    });
    const scores = { scoreReal: real.get(ids[i]!) ?? '', scoreFake: fake.get(ids[i]!) ?? '' };
    return { row: i + 2, fields: { ...fields, ...scores }, strata };
  });
  return readRecords('fromScoreTables', rows, { ...options, found });
}

/**
 * The three tables of records: cases, and the scores of real images and fakes by caseId.
 *
 * @example
 * ```ts
 * toScoreTables(records).real.split('\n')[0]; // => 'caseId,p'
 * ```
 */
export function toScoreTables(records: readonly PairedRecord[]): ScoreTables {
  const fields = RECORD_FIELDS.filter(
    (field) => !field.startsWith('score') && records.some((record) => record[field] !== undefined),
  );
  const strata = [...new Set(records.flatMap((record) => Object.keys(record.strata ?? {})))];
  const scores = (score: 'scoreReal' | 'scoreFake') =>
    formatTable([['caseId', 'p'], ...records.map((record) => [record.caseId, record[score]])]);
  return {
    cases: formatTable([
      [...fields, ...strata.map((name) => `strata.${name}`)],
      ...records.map((record) => [
        ...fields.map((field) => record[field] ?? ''),
        ...strata.map((name) => record.strata?.[name] ?? ''),
      ]),
    ]),
    real: scores('scoreReal'),
    fake: scores('scoreFake'),
  };
}

/** Probabilities, as texts, by case. */
function outputsOf(
  name: 'real' | 'fake',
  text: string,
  options: {
    readonly ids: readonly string[];
    readonly output: ModelOutput;
    readonly report: (row: number | null, message: string) => void;
  },
): ReadonlyMap<string, string> {
  const { ids, output, report } = options;
  const width = outputWidth(output);
  const spaced = /^[^\r\n,;\t]*\d [-+.\d]/.test(text) ? ' ' : undefined;
  const table = readTable('fromScoreTables', text, spaced);
  const withIds = table[0]?.[0] === 'caseId';
  const body = table.slice(withIds ? 1 : 0).map((cells, index) => ({
    row: index + (withIds ? 2 : 1),
    caseId: (withIds ? cells[0] : ids[index]) ?? '',
    numbers: withIds ? cells.slice(1) : cells,
  }));
  if (!withIds && body.length !== ids.length) {
    report(null, `${name}: must have a row for each of ${ids.length} cases, got ${body.length}`);
  }
  const found = new Map<string, string>();
  for (const { row, caseId, numbers } of body) {
    for (const problem of withIds ? idProblems(caseId, ids, found) : []) {
      report(row, `${name}: ${problem}`);
    }
    const values = numbers.map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    if (values.length === width && values.every(Number.isFinite)) {
      found.set(caseId, String(positiveProbability(values, output)));
    } else {
      report(row, `${name}: must have ${width} finite numbers, got ${numbers.join(' ')}`);
    }
  }
  return found;
}

function idProblems(
  caseId: string,
  ids: readonly string[],
  found: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    ...(ids.includes(caseId) ? [] : [`${caseId} is not among the cases`]),
    ...(found.has(caseId) ? [`${caseId} occurs twice`] : []),
  ];
}
