import type { ReadProblem } from '../reads.ts';
import { type MrmcOptions, type ReadRow, ratingOf, testOf } from './read-row.ts';

/** The row number of a problem of the whole table: its header. */
const TABLE = 1;

/**
 * Everything that is wrong with a table of reads, at once and by row: missing or empty identifiers, no
 * truth, a truth or cluster that changes within a case, no rating or one that is not finite, labels
 * that have no rating, times and positions outside their range, a read given twice, readers or tests
 * that were not expected or never read, fewer than two cases in a class, a reader who saw one class
 * only.
 *
 * @param rows in the order of the table
 * @param options what the words mean
 * @returns an empty list if all is well; problems of the table as a whole carry row 1, its header
 * @example
 * ```ts
 * const options = { positive: 'cancer', negative: 'healthy', direction: 'higher' } as const;
 * const rows = [{ reader: 'r1', case: 'c1', modality: 'A', truth: 'cancer', rating: Number.NaN }];
 * validateRows(rows, options)[0]; // => { row: 2, message: 'rating must be finite, got NaN' }
 * ```
 */
export function validateRows(
  rows: readonly ReadRow[],
  options: MrmcOptions,
): readonly ReadProblem[] {
  const problems: ReadProblem[] = optionProblems(options).map((message) => ({
    row: TABLE,
    message,
  }));
  const ofCases = caseChecks();
  const once = duplicateCheck();
  rows.forEach((row, index) => {
    const at = options.rows?.[index] ?? index + 2;
    const found = [...valueProblems(row, options), ...ofCases(row, at), ...once(row, options, at)];
    problems.push(...found.map((message) => ({ row: at, message })));
  });
  if (rows.length === 0) problems.push({ row: TABLE, message: 'the table has no reads' });
  problems.push(...classProblems(rows, options), ...readerProblems(rows, options));
  return problems;
}

function optionProblems({ positive, negative, direction }: MrmcOptions): readonly string[] {
  const problems: string[] = [];
  if (!positive || !negative || positive === negative) {
    problems.push(
      `positive and negative must be two different truths, got ${JSON.stringify(positive)} and ${JSON.stringify(negative)}`,
    );
  }
  if (direction !== 'higher' && direction !== 'lower') {
    problems.push(`direction must be higher or lower, got ${String(direction)}`);
  }
  return problems;
}

function valueProblems(row: ReadRow, options: MrmcOptions): readonly string[] {
  return [
    ...identifierProblems(row, options),
    ...truthProblems(row, options),
    ...ratingProblems(row, options),
    ...timingProblems(row),
  ];
}

function identifierProblems(row: ReadRow, options: MrmcOptions): readonly string[] {
  const problems: string[] = [];
  for (const name of ['reader', 'case'] as const) {
    if (!row[name]) problems.push(`${name} must not be empty`);
  }
  const { factor, tests, readers } = options;
  const test = testOf(row, factor);
  if (!factor && row.modality !== undefined && row.session !== undefined) {
    problems.push('has modality and session: the option factor must say which is compared');
  } else if (!test) {
    problems.push(`${factor ?? 'modality or session'} must not be empty`);
  } else if (tests && !tests.includes(test)) {
    problems.push(`test ${test} is not one of ${tests.join(', ')}`);
  }
  if (row.reader && readers && !readers.includes(row.reader)) {
    problems.push(`reader ${row.reader} is not one of ${readers.join(', ')}`);
  }
  if (row.cluster === '') problems.push('cluster must not be empty');
  return problems;
}

function truthProblems({ truth }: ReadRow, { positive, negative }: MrmcOptions): readonly string[] {
  if (truth === undefined || truth === null || truth === '') return ['has no truth'];
  if (truth === positive || truth === negative) return [];
  return [`truth must be ${positive} or ${negative}, got ${truth}`];
}

function ratingProblems(row: ReadRow, { labels }: MrmcOptions): readonly string[] {
  const rating = ratingOf(row, labels);
  if (rating !== undefined) {
    return Number.isFinite(rating) ? [] : [`rating must be finite, got ${rating}`];
  }
  if (row.label === undefined) return ['has neither rating nor label'];
  return [`label ${JSON.stringify(row.label)} has no rating: the option labels must give one`];
}

function timingProblems({ seconds, order }: ReadRow): readonly string[] {
  const problems: string[] = [];
  if (seconds !== undefined && !(seconds >= 0 && Number.isFinite(seconds))) {
    problems.push(`seconds must be a number of at least 0, got ${seconds}`);
  }
  if (order !== undefined && !(Number.isInteger(order) && order >= 1)) {
    problems.push(`order must be a whole number of at least 1, got ${order}`);
  }
  return problems;
}

/** A check, row by row, that what belongs to a case is the same in all its rows. */
function caseChecks(): (row: ReadRow, at: number) => readonly string[] {
  const first = new Map<string, { readonly row: ReadRow; readonly at: number }>();
  return (row, at) => {
    const before = first.get(row.case);
    if (before === undefined) {
      first.set(row.case, { row, at });
      return [];
    }
    return (['truth', 'cluster'] as const)
      .filter((name) => row[name] !== before.row[name])
      .map(
        (name) =>
          `${name} of case ${row.case} is ${String(row[name])}, but ${String(before.row[name])} in row ${before.at}`,
      );
  };
}

/** A check, row by row, that no reader reads a case twice under one test. */
function duplicateCheck(): (row: ReadRow, options: MrmcOptions, at: number) => readonly string[] {
  const first = new Map<string, number>();
  return (row, { factor }, at) => {
    const test = testOf(row, factor);
    if (!test) return [];
    const key = JSON.stringify([row.reader, test, row.case]);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, at);
      return [];
    }
    return [
      `the read of reader, test, case ${row.reader}, ${test}, ${row.case} is already in row ${before}`,
    ];
  };
}

function classProblems(rows: readonly ReadRow[], options: MrmcOptions): readonly ReadProblem[] {
  return (['positive', 'negative'] as const).flatMap((name) => {
    const cases = new Set(rows.filter((row) => row.truth === options[name]).map((row) => row.case));
    if (cases.size >= 2) return [];
    const message = `there must be at least two ${name} cases (truth ${options[name]}), got ${cases.size}`;
    return [{ row: TABLE, message }];
  });
}

function readerProblems(rows: readonly ReadRow[], options: MrmcOptions): readonly ReadProblem[] {
  const problems: ReadProblem[] = [];
  for (const reader of options.readers ?? []) {
    if (!rows.some((row) => row.reader === reader)) {
      problems.push({ row: TABLE, message: `reader ${reader} has no reads` });
    }
  }
  for (const test of options.tests ?? []) {
    if (!rows.some((row) => testOf(row, options.factor) === test)) {
      problems.push({ row: TABLE, message: `test ${test} has no reads` });
    }
  }
  const truths = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = `reader ${row.reader}, test ${testOf(row, options.factor)}`;
    const seen = truths.get(name) ?? new Set();
    truths.set(name, seen.add(row.truth));
  }
  for (const [name, seen] of truths) {
    const missing = [options.positive, options.negative].filter((truth) => !seen.has(truth));
    for (const truth of missing) {
      problems.push({ row: TABLE, message: `${name} has no case with truth ${truth}` });
    }
  }
  return problems;
}
