import type { BinaryLabel } from '@mammo/reader-study-stats';

/** 'remove': a positive made to look negative; 'insert': a negative made to look positive. */
export type AttackDirection = 'remove' | 'insert';

/** One real image, its fake, and the scores that the victim gave them. */
export interface PairedRecord {
  /** Identifier of the real image, unique in an evaluation. */
  readonly caseId: string;
  readonly patientId: string;
  readonly laterality: 'L' | 'R';
  readonly view: string;
  /** What the real image is. */
  readonly label: BinaryLabel;
  readonly direction: AttackDirection;
  /** What the fake is meant to be taken for: the opposite of `label`. */
  readonly intendedLabel: BinaryLabel;
  /** The victim's score of the real image; higher means "more positive". */
  readonly scoreReal: number;
  /** The victim's score of the fake. */
  readonly scoreFake: number;
  readonly attackId: string;
  /** Further properties, such as lesion type or density. */
  readonly strata?: { readonly [name: string]: string };
}

/** Thrown for records that cannot be evaluated; lists everything that is wrong. */
export class PairedRecordError extends Error {
  readonly problems: readonly string[];

  constructor(caller: string, problems: readonly string[]) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    super(`${caller}: ${count}${problems.map((problem) => `\n  ${problem}`).join('')}`);
    this.name = 'PairedRecordError';
    this.problems = problems;
  }
}

/**
 * Everything that is wrong with a set of records, at once: missing identifiers, an image that occurs
 * twice, labels outside their set, a direction or intended label that contradicts the label, scores
 * that are not finite or outside their range, no image of a class.
 *
 * @param records one per pair
 * @param options scoreRange: the least and the greatest possible score, default [0, 1]
 * @returns messages that name the record (the first is record 1); empty if all is well
 */
export function validateRecords(
  records: readonly PairedRecord[],
  options: { readonly scoreRange?: readonly [number, number] } = {},
): readonly string[] {
  const { scoreRange = [0, 1] } = options;
  const problems: string[] = [];
  const firstAt = new Map<string, number>();
  records.forEach((record, index) => {
    const name = `record ${index + 1} (${record.caseId || 'no caseId'})`;
    const found = recordProblems(record, scoreRange);
    const before = firstAt.get(record.caseId);
    if (before === undefined) firstAt.set(record.caseId, index + 1);
    else found.push(`caseId is already in record ${before}; evaluate one attack at a time`);
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  });
  for (const label of ['positive', 'negative'] as const) {
    const count = records.filter((record) => record.label === label).length;
    if (count === 0) problems.push(`there must be at least one ${label} image, got 0`);
  }
  return problems;
}

function recordProblems(record: PairedRecord, [least, most]: readonly [number, number]): string[] {
  const { label, intendedLabel, direction } = record;
  const problems: string[] = [];
  for (const key of ['caseId', 'patientId', 'attackId'] as const) {
    if (!record[key]) problems.push(`${key} must not be empty`);
  }
  for (const key of ['label', 'intendedLabel'] as const) {
    if (record[key] !== 'positive' && record[key] !== 'negative') {
      problems.push(`${key} must be positive or negative, got ${JSON.stringify(record[key])}`);
    }
  }
  if (label === intendedLabel) problems.push(`intendedLabel must differ from label ${label}`);
  const expected = label === 'positive' ? 'remove' : 'insert';
  if (direction !== expected) {
    problems.push(`direction of a ${label} image must be ${expected}, got ${direction}`);
  }
  for (const key of ['scoreReal', 'scoreFake'] as const) {
    const score = record[key];
    if (!(Number.isFinite(score) && score >= least && score <= most)) {
      problems.push(`${key} must be a number in [${least}, ${most}], got ${score}`);
    }
  }
  return problems;
}
