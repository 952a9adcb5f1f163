/** What an image is: a real mammogram, or a synthetic one made by an attack. */
export type Truth = 'real' | 'fake';

/** What an image looks like: the label of a real one, the intended label of a fake one. */
export type Appearance = 'positive' | 'negative';

/** A reader's answer: 1 real, 2 not real, 3 unsure. */
export type Answer = 'real' | 'not-real' | 'unsure';

/** One answer of one reader to one image. */
export interface Read {
  /** Who answered; identifiers are compared as they are written. */
  readonly reader: string;
  /** Occasion of reading, such as '3'; images and readers may differ between sessions. */
  readonly session: string;
  /** Identifier of the image that was shown. */
  readonly case: string;
  /** What the image is, which the reader was not told. */
  readonly truth: Truth;
  /** What the image looks like; of a fake, what the attack intended. */
  readonly appearance: Appearance;
  /** What the reader answered, whether right or wrong. */
  readonly label: Answer;
  /** Position in the reader's session, from 1. */
  readonly order: number;
  /** Time spent on the image, in seconds. */
  readonly seconds?: number;
  /** true where no person answered: such reads never pass for a study's result. */
  readonly simulated: boolean;
}

/** Something that is wrong with a table of reads. */
export interface ReadProblem {
  /** Row as a spreadsheet counts it (the header is row 1, the first read row 2), or line of a text file. */
  readonly row: number;
  /** What must hold and what was found. */
  readonly message: string;
}

/** The answers under the numbers that readers type. */
export const ANSWER_CODES: { readonly [code: string]: Answer } = {
  1: 'real',
  2: 'not-real',
  3: 'unsure',
};

/** Thrown by everything that reads a file; its message and `problems` list all that is wrong, by row. */
export class ReadsError extends Error {
  /** In the order in which they were found; never empty. */
  readonly problems: readonly ReadProblem[];

  constructor(caller: string, problems: readonly ReadProblem[], place: 'row' | 'line' = 'row') {
    const lines = problems.map(({ row, message }) => `\n  ${place} ${row}: ${message}`);
    super(
      `${caller}: ${problems.length} problem${problems.length === 1 ? '' : 's'}${lines.join('')}`,
    );
    this.name = 'ReadsError';
    this.problems = problems;
  }
}

/**
 * Everything that is wrong with a set of reads, at once: values outside their sets, one answer given
 * twice, a position used twice, an image whose truth or appearance changes.
 *
 * @param reads in the order of the table, so that `row` can be named
 * @returns an empty list if all is well
 * @example
 * ```ts
 * validateReads([]); // => []
 * ```
 */
export function validateReads(reads: readonly Read[]): readonly ReadProblem[] {
  const rows = reads.map((_, index) => index + 2);
  return findReadProblems(reads, rows);
}

/** {@link validateReads} with the row number of each read given. */
export function findReadProblems(
  reads: readonly Read[],
  rows: readonly number[],
): readonly ReadProblem[] {
  const problems: ReadProblem[] = [];
  const firstRow = new Map<string, number>();
  const nature = new Map<string, string>();
  const once = (row: number, what: string, ...key: readonly (string | number)[]): void => {
    const text = JSON.stringify([what, ...key]);
    const before = firstRow.get(text);
    if (before === undefined) firstRow.set(text, row);
    else problems.push({ row, message: `${what} ${key.join(', ')} is already in row ${before}` });
  };
  reads.forEach((read, index) => {
    const row = rows[index]!;
    problems.push(...valueProblems(read).map((message) => ({ row, message })));
    once(row, 'the answer to reader, session, case', read.reader, read.session, read.case);
    once(row, 'the position in reader, session, order', read.reader, read.session, read.order);
    const is = `${read.truth}, ${read.appearance}`;
    const was = nature.get(read.case) ?? is;
    nature.set(read.case, was);
    if (was !== is)
      problems.push({ row, message: `case ${read.case} is ${is}, but was ${was} before` });
  });
  return problems;
}

function valueProblems(read: Read): readonly string[] {
  const problems: string[] = [];
  const member = (name: string, value: string, allowed: readonly string[]): void => {
    if (!allowed.includes(value)) {
      problems.push(`${name} must be ${allowed.join(' or ')}, got ${JSON.stringify(value)}`);
    }
  };
  for (const name of ['reader', 'session', 'case'] as const) {
    if (!read[name]) problems.push(`${name} must not be empty`);
  }
  member('truth', read.truth, ['real', 'fake']);
  member('appearance', read.appearance, ['positive', 'negative']);
  member('label', read.label, ['real', 'not-real', 'unsure']);
  if (!Number.isInteger(read.order) || read.order < 1) {
    problems.push(`order must be a whole number of at least 1, got ${read.order}`);
  }
  if (read.seconds !== undefined && !(read.seconds >= 0 && Number.isFinite(read.seconds))) {
    problems.push(`seconds must be a number of at least 0, got ${read.seconds}`);
  }
  return problems;
}
