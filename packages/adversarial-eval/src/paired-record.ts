import type { BinaryLabel } from '@mammo/reader-study-stats';

/** 'remove': a positive made to look negative; 'insert': a negative made to look positive. */
export type AttackDirection = 'remove' | 'insert';

/** One real image, its fake, and the scores that the victim gave them. */
export interface PairedRecord {
  /** Identifier of the real image, unique in an evaluation. */
  readonly caseId: string;
  /** Patients are the independent units of clustered intervals and of the bootstrap. */
  readonly patientId: string;
  /** Side of the breast. */
  readonly laterality?: 'L' | 'R';
  /** Such as 'CC' or 'MLO'. */
  readonly view?: string;
  /** What the real image is. */
  readonly label: BinaryLabel;
  /** Must agree with `label`: 'remove' for a positive, 'insert' for a negative. */
  readonly direction: AttackDirection;
  /** What the fake is meant to be taken for: the opposite of `label`. */
  readonly intendedLabel: BinaryLabel;
  /** The victim's score of the real image; higher means "more positive". */
  readonly scoreReal: number;
  /** The victim's score of the fake. */
  readonly scoreFake: number;
  /** Names the attack, and whatever of its settings is to be told apart. */
  readonly attackId: string;
  /** The model that gave the scores; needed by `transferMatrix`. */
  readonly victimId?: string;
  /** The model that the fake was made against; needed by `transferMatrix`. */
  readonly craftedOn?: string;
  /** The size of change that the attack was allowed, ≥ 0; needed by `budgetCurve`. */
  readonly epsilon?: number;
  /** Further properties, such as lesion type or density. */
  readonly strata?: { readonly [name: string]: string };
}

/** Something that is wrong with a record. */
export interface RecordProblem {
  /** From 1, or as a spreadsheet counts where records come from a file; null: of all records. */
  readonly row: number | null;
  /** null: of all records, or the record has none. */
  readonly caseId: string | null;
  /** What must hold, and what is there instead; without row and case. */
  readonly message: string;
}

/** Thrown for records that cannot be evaluated; lists everything that is wrong. */
export class PairedRecordError extends Error {
  /** All of them; the message lists them too. */
  readonly problems: readonly RecordProblem[];

  constructor(caller: string, problems: readonly RecordProblem[]) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    super(`${caller}: ${count}${problems.map((problem) => `\n  ${describe(problem)}`).join('')}`);
    this.name = 'PairedRecordError';
    this.problems = problems;
  }
}

/** Options of {@link validateRecords}. */
export interface ValidateOptions {
  /** The least and the greatest possible score; default [0, 1]. */
  readonly scoreRange?: readonly [number, number];
  /**
   * What together must occur once; default `['caseId']`: one attack against one victim. A transfer
   * matrix has `['craftedOn', 'victimId', 'caseId']`, a budget curve `['epsilon', 'caseId']`.
   */
  readonly unique?: readonly (keyof PairedRecord)[];
  /** Whether both classes must be there; default true. */
  readonly bothClasses?: boolean;
  /** The row of each record in the file it comes from; default 1, 2, … */
  readonly rows?: readonly number[];
}

/**
 * Everything that is wrong with a set of records, at once: missing identifiers, an image that occurs
 * twice, one of which label or patient changes, labels outside their set, a direction or intended label
 * that contradicts the label, scores that are not finite or outside their range, no image of a class.
 *
 * @param records one per pair
 * @returns empty if all is well
 * @example
 * ```ts
 * validateRecords([]).map(({ message }) => message);
 * // => ['there must be at least one positive image, got 0', 'there must be at least one negative image, got 0']
 * ```
 */
export function validateRecords(
  records: readonly PairedRecord[],
  options: ValidateOptions = {},
): readonly RecordProblem[] {
  const { scoreRange = [0, 1], unique = ['caseId'], bothClasses = true, rows } = options;
  const problems: RecordProblem[] = [];
  const firstRow = new Map<string, number>();
  const known = new Map<string, PairedRecord>();
  records.forEach((record, index) => {
    const row = rows?.[index] ?? index + 1;
    const found = recordProblems(record, scoreRange);
    const key =
      unique.length === 1 ? record.caseId : JSON.stringify(unique.map((name) => record[name]));
    const before = firstRow.get(key);
    if (before === undefined) firstRow.set(key, row);
    else if (unique.length > 1) found.push(`${unique.join(', ')} are already in row ${before}`);
    else found.push(`caseId is already in row ${before}; evaluate one attack at a time`);
    if (unique.length > 1) {
      const first = known.get(record.caseId);
      if (!first) known.set(record.caseId, record);
      else if (before === undefined) found.push(...contradictions(record, first));
    }
    for (const message of found) problems.push({ row, caseId: record.caseId || null, message });
  });
  for (const label of bothClasses ? (['positive', 'negative'] as const) : []) {
    if (!records.some((record) => record.label === label)) {
      const message = `there must be at least one ${label} image, got 0`;
      problems.push({ row: null, caseId: null, message });
    }
  }
  return problems;
}

function describe({ row, caseId, message }: RecordProblem): string {
  if (row === null) return message;
  return `row ${row}${caseId === null ? '' : ` (${caseId})`}: ${message}`;
}

/** The same image, in another attack or budget, is still the same image. */
function contradictions(record: PairedRecord, first: PairedRecord): string[] {
  return (['patientId', 'label'] as const)
    .filter((name) => record[name] !== first[name])
    .map(
      (name) =>
        `${name} must be that of the same image before, ${first[name]}, got ${record[name]}`,
    );
}

function recordProblems(record: PairedRecord, [least, most]: readonly [number, number]): string[] {
  const { epsilon, laterality } = record;
  const problems: string[] = [];
  for (const key of ['caseId', 'patientId', 'attackId'] as const) {
    if (!record[key]) problems.push(`${key} must not be empty`);
  }
  problems.push(...labelProblems(record));
  for (const key of ['scoreReal', 'scoreFake'] as const) {
    const score = record[key];
    if (!(Number.isFinite(score) && score >= least && score <= most)) {
      problems.push(`${key} must be a number in [${least}, ${most}], got ${score}`);
    }
  }
  if (laterality !== undefined && laterality !== 'L' && laterality !== 'R') {
    problems.push(`laterality must be L or R, got ${JSON.stringify(laterality)}`);
  }
  if (epsilon !== undefined && !(Number.isFinite(epsilon) && epsilon >= 0)) {
    problems.push(`epsilon must be a number of at least 0, got ${epsilon}`);
  }
  return problems;
}

function labelProblems(record: PairedRecord): string[] {
  const { label, intendedLabel, direction } = record;
  const problems: string[] = [];
  for (const key of ['label', 'intendedLabel'] as const) {
    if (!isLabel(record[key])) {
      problems.push(`${key} must be positive or negative, got ${JSON.stringify(record[key])}`);
    }
  }
  if (direction !== 'remove' && direction !== 'insert') {
    problems.push(`direction must be remove or insert, got ${JSON.stringify(direction)}`);
  } else if (isLabel(label) && direction !== (label === 'positive' ? 'remove' : 'insert')) {
    problems.push(`direction ${direction} contradicts label ${label}`);
  }
  if (isLabel(label) && label === intendedLabel) {
    problems.push(`intendedLabel must differ from label ${label}`);
  }
  return problems;
}

function isLabel(value: unknown): boolean {
  return value === 'positive' || value === 'negative';
}
