import type { BinaryLabel } from '@mammo/reader-study-stats';
import {
  type AttackDirection,
  type PairedRecord,
  PairedRecordError,
  type RecordProblem,
  type ValidateOptions,
  validateRecords,
} from '../paired-record.ts';

/** What a file may say of a pair; the first four must be there. */
export const RECORD_FIELDS = [
  'caseId',
  'label',
  'scoreReal',
  'scoreFake',
  'patientId',
  'laterality',
  'view',
  'direction',
  'intendedLabel',
  'attackId',
  'victimId',
  'craftedOn',
  'epsilon',
] as const;

/** A field of a record. */
export type RecordField = (typeof RECORD_FIELDS)[number];

/** Options of every function that reads records. */
export interface ReadOptions {
  /** Least and greatest possible score; default [0, 1]. */
  readonly scoreRange?: readonly [number, number];
  /** Other words for the labels, such as `{ malignant: 'positive', 0: 'negative' }`. */
  readonly labels?: Readonly<Record<string, BinaryLabel>>;
  /** Whether both classes must be there; default true. */
  readonly bothClasses?: boolean;
}

/** One row's texts by field; what is absent is undefined or ''. */
export interface RawRecord {
  readonly row: number;
  readonly fields: Readonly<Partial<Record<RecordField, string>>>;
  readonly strata: Readonly<Record<string, string>>;
}

/** An image, in an attack against a victim with a budget, occurs once in a file. */
const UNIQUE = ['attackId', 'craftedOn', 'victimId', 'epsilon', 'caseId'] as const;

/**
 * Records from texts. A missing patientId is the caseId (each image its own patient); a missing
 * direction or intendedLabel follows from the label; a missing attackId is 'attack'.
 *
 * @throws PairedRecordError listing every problem with its row, `found` before those of the values
 */
export function readRecords(
  caller: string,
  rows: readonly RawRecord[],
  options: ReadOptions & { readonly found?: readonly RecordProblem[] },
): readonly PairedRecord[] {
  const { scoreRange = [0, 1], bothClasses = true, labels = {}, found = [] } = options;
  const problems: RecordProblem[] = [...found];
  const records = rows.map(({ row, fields, strata }): PairedRecord => {
    const caseId = fields.caseId ?? '';
    const number = (name: RecordField): number => {
      const text = fields[name] ?? '';
      const value = text === '' ? Number.NaN : Number(text);
      if (text === '') problems.push({ row, caseId, message: missing(name) });
      else if (!Number.isFinite(value)) {
        const hint = /^-?\d+,\d+$/.test(text) ? ': write the decimal point as a point' : '';
        const message = `${name} must be a finite number, got ${JSON.stringify(text)}${hint}`;
        problems.push({ row, caseId, message });
      }
      return value;
    };
    const word = fields.label ?? '';
    const label = labels[word] ?? (word as BinaryLabel);
    const intended = fields.intendedLabel;
    const optional = {
      laterality: fields.laterality as 'L' | 'R',
      view: fields.view,
      victimId: fields.victimId,
      craftedOn: fields.craftedOn,
      epsilon: fields.epsilon ? number('epsilon') : undefined,
      strata: Object.keys(strata).length > 0 ? strata : undefined,
    };
    return {
      caseId,
      patientId: fields.patientId || caseId,
      label,
      direction:
        (fields.direction as AttackDirection) || (label === 'positive' ? 'remove' : 'insert'),
      intendedLabel: intended ? (labels[intended] ?? (intended as BinaryLabel)) : opposite(label),
      scoreReal: number('scoreReal'),
      scoreFake: number('scoreFake'),
      attackId: fields.attackId || 'attack',
      ...given(optional),
    };
  });
  const settings: ValidateOptions = {
    scoreRange,
    unique: UNIQUE,
    bothClasses,
    rows: rows.map(({ row }) => row),
  };
  const told = new Set(problems.map(({ row, message }) => `${row} ${message.split(' ')[0]}`));
  for (const problem of validateRecords(records, settings)) {
    if (!told.has(`${problem.row} ${problem.message.split(' ')[0]}`)) problems.push(problem);
  }
  const last = Number.POSITIVE_INFINITY;
  problems.sort((a, b) => (a.row ?? last) - (b.row ?? last));
  if (problems.length > 0) throw new PairedRecordError(caller, problems);
  return records;
}

function missing(name: RecordField): string {
  if (name === 'scoreReal') return 'scoreReal is missing: a fake without its real image';
  if (name === 'scoreFake') return 'scoreFake is missing: a real image without its fake';
  return `${name} is missing`;
}

function opposite(label: BinaryLabel): BinaryLabel {
  return label === 'positive' ? 'negative' : 'positive';
}

/** Without the properties that are absent. */
function given<Values extends object>(
  values: Values,
): { [K in keyof Values]?: NonNullable<Values[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as { [K in keyof Values]?: NonNullable<Values[K]> };
}
