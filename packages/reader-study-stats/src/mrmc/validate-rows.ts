import type { ReadProblem } from '../reads.ts';
import { type MrmcOptions, type ReadRow, ratingOf, testOf } from './read-row.ts';

/** Takes one problem of what is being checked. */
type Report = (message: string) => void;

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
  const problems: ReadProblem[] = [];
  let at = TABLE;
  const report: Report = (message) => {
    problems.push({ row: at, message });
  };
  checkOptions(options, report);
  const cases = new Map<string, FirstRow>();
  const cells = new Map<string, Map<string, Cell>>();
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    at = options.rows?.[index] ?? index + 2;
    const test = testOf(row, options.factor);
    checkIdentifiers(row, test, options, report);
    checkTruth(row, options, report);
    checkRating(row, options, report);
    checkTiming(row, report);
    checkCase(row, at, cases, report);
    if (test) checkRepeat(row, at, cellOf(cells, row.reader, test), report);
  }
  at = TABLE;
  if (rows.length === 0) report('the table has no reads');
  checkClasses(rows, options, report);
  checkExpected(cells, options, report);
  checkCells(cells, options, report);
  return problems;
}

interface FirstRow {
  readonly row: ReadRow;
  readonly at: number;
}

/** What one reader read under one test: the row of each case, and the truths that were seen. */
interface Cell {
  readonly reader: string;
  readonly test: string;
  readonly cases: Map<string, number>;
  readonly truths: Set<string>;
}

function cellOf(cells: Map<string, Map<string, Cell>>, reader: string, test: string): Cell {
  const ofReader = cells.get(reader) ?? new Map<string, Cell>();
  cells.set(reader, ofReader);
  const cell = ofReader.get(test) ?? { reader, test, cases: new Map(), truths: new Set() };
  ofReader.set(test, cell);
  return cell;
}

function checkOptions({ positive, negative, direction }: MrmcOptions, report: Report): void {
  if (!positive || !negative || positive === negative) {
    report(
      `positive and negative must be two different truths, got ${JSON.stringify(positive)} and ${JSON.stringify(negative)}`,
    );
  }
  if (direction !== 'higher' && direction !== 'lower') {
    report(`direction must be higher or lower, got ${String(direction)}`);
  }
}

function checkIdentifiers(
  row: ReadRow,
  test: string | undefined,
  { factor, tests, readers }: MrmcOptions,
  report: Report,
): void {
  if (!row.reader) report('reader must not be empty');
  if (!row.case) report('case must not be empty');
  if (!factor && row.modality !== undefined && row.session !== undefined) {
    report('has modality and session: the option factor must say which is compared');
  } else if (!test) {
    report(`${factor ?? 'modality or session'} must not be empty`);
  } else if (tests && !tests.includes(test)) {
    report(`test ${test} is not one of ${tests.join(', ')}`);
  }
  if (row.reader && readers && !readers.includes(row.reader)) {
    report(`reader ${row.reader} is not one of ${readers.join(', ')}`);
  }
  if (row.cluster === '') report('cluster must not be empty');
}

function checkTruth({ truth }: ReadRow, { positive, negative }: MrmcOptions, report: Report): void {
  if (truth === undefined || truth === null || truth === '') report('has no truth');
  else if (truth !== positive && truth !== negative) {
    report(`truth must be ${positive} or ${negative}, got ${truth}`);
  }
}

function checkRating(row: ReadRow, { labels }: MrmcOptions, report: Report): void {
  const rating = ratingOf(row, labels);
  if (rating !== undefined) {
    if (!Number.isFinite(rating)) report(`rating must be finite, got ${rating}`);
  } else if (row.label === undefined) {
    report('has neither rating nor label');
  } else {
    report(`label ${JSON.stringify(row.label)} has no rating: the option labels must give one`);
  }
}

function checkTiming({ seconds, order }: ReadRow, report: Report): void {
  if (seconds !== undefined && !(seconds >= 0 && Number.isFinite(seconds))) {
    report(`seconds must be a number of at least 0, got ${seconds}`);
  }
  if (order !== undefined && !(Number.isInteger(order) && order >= 1)) {
    report(`order must be a whole number of at least 1, got ${order}`);
  }
}

/** What belongs to a case is the same in all its rows. */
function checkCase(row: ReadRow, at: number, cases: Map<string, FirstRow>, report: Report): void {
  const before = cases.get(row.case);
  if (before === undefined) {
    cases.set(row.case, { row, at });
    return;
  }
  for (const name of ['truth', 'cluster'] as const) {
    if (row[name] === before.row[name]) continue;
    report(
      `${name} of case ${row.case} is ${String(row[name])}, but ${String(before.row[name])} in row ${before.at}`,
    );
  }
}

/** No reader reads a case twice under one test. */
function checkRepeat(row: ReadRow, at: number, cell: Cell, report: Report): void {
  cell.truths.add(row.truth);
  const before = cell.cases.get(row.case);
  if (before === undefined) cell.cases.set(row.case, at);
  else {
    report(
      `the read of reader, test, case ${row.reader}, ${cell.test}, ${row.case} is already in row ${before}`,
    );
  }
}

function checkClasses(rows: readonly ReadRow[], options: MrmcOptions, report: Report): void {
  for (const name of ['positive', 'negative'] as const) {
    const truth = options[name];
    const cases = new Set<string>();
    for (const row of rows) if (row.truth === truth) cases.add(row.case);
    if (cases.size < 2) {
      report(`there must be at least two ${name} cases (truth ${truth}), got ${cases.size}`);
    }
  }
}

function checkExpected(
  cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>,
  { readers = [], tests = [] }: MrmcOptions,
  report: Report,
): void {
  for (const reader of readers) {
    if (!cells.has(reader)) report(`reader ${reader} has no reads`);
  }
  for (const test of tests) {
    if (![...cells.values()].some((ofReader) => ofReader.has(test))) {
      report(`test ${test} has no reads`);
    }
  }
}

/** Every reader sees both classes under every test that they read. */
function checkCells(
  cells: ReadonlyMap<string, ReadonlyMap<string, Cell>>,
  { positive, negative }: MrmcOptions,
  report: Report,
): void {
  for (const ofReader of cells.values()) {
    for (const { reader, test, truths } of ofReader.values()) {
      for (const truth of [positive, negative]) {
        if (truths.has(truth)) continue;
        report(`reader ${reader}, test ${test} has no case with truth ${truth}`);
      }
    }
  }
}
