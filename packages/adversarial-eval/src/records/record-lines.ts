import { type PairedRecord, PairedRecordError, type RecordProblem } from '../paired-record.ts';
import {
  type RawRecord,
  RECORD_FIELDS,
  type ReadOptions,
  type RecordField,
  readRecords,
} from './read-fields.ts';

/**
 * Records from JSON Lines: one object per line with the fields of {@link PairedRecord}. Empty lines are
 * passed over; fields that are unknown are problems.
 *
 * @throws PairedRecordError listing every problem with its line
 * @example
 * ```ts
 * const lines = '{"caseId":"a","label":"positive","scoreReal":0.9,"scoreFake":0.2}';
 * parseRecordLines(lines, { bothClasses: false }).length; // => 1
 * ```
 */
export function parseRecordLines(text: string, options: ReadOptions = {}): readonly PairedRecord[] {
  const found: RecordProblem[] = [];
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line, index): RawRecord[] => {
      if (line.trim() === '') return [];
      const row = index + 1;
      const raw = rawRecordOf(line, row);
      found.push(...raw.problems.map((message) => ({ row, caseId: null, message })));
      return raw.record ? [raw.record] : [];
    });
  if (rows.length === 0 && found.length === 0) {
    throw new PairedRecordError('parseRecordLines', [
      { row: 1, caseId: null, message: 'the text is empty' },
    ]);
  }
  return readRecords('parseRecordLines', rows, { ...options, found });
}

/**
 * The text that {@link parseRecordLines} reads.
 *
 * @example
 * ```ts
 * parseRecordLines(formatRecordLines(records)).length === records.length; // => true
 * ```
 */
export function formatRecordLines(records: readonly PairedRecord[]): string {
  const fields = (record: PairedRecord) =>
    Object.fromEntries(
      [...RECORD_FIELDS, 'strata' as const]
        .filter((field) => record[field] !== undefined)
        .map((field) => [field, record[field]]),
    );
  return records.map((record) => `${JSON.stringify(fields(record))}\n`).join('');
}

function rawRecordOf(
  line: string,
  row: number,
): { readonly record?: RawRecord; readonly problems: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problems: ['must be JSON'] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [`must be an object, got ${line.trim().slice(0, 40)}`] };
  }
  const problems: string[] = [];
  const fields: Partial<Record<RecordField, string>> = {};
  let strata: Readonly<Record<string, string>> = {};
  for (const [name, content] of Object.entries(value)) {
    if (name === 'strata') strata = strataOf(content, problems);
    else if (!isField(name)) problems.push(`field ${JSON.stringify(name)} is unknown`);
    else if (typeof content === 'string' || typeof content === 'number') {
      fields[name] = String(content);
    } else if (content !== null) {
      problems.push(`${name} must be a text or a number, got ${JSON.stringify(content)}`);
    }
  }
  return { record: { row, fields, strata }, problems };
}

function isField(name: string): name is RecordField {
  return (RECORD_FIELDS as readonly string[]).includes(name);
}

function strataOf(content: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    problems.push(`strata must be an object, got ${JSON.stringify(content)}`);
    return {};
  }
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, String(value)]));
}
