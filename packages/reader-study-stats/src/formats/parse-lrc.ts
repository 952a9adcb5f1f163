import type { ReadRow } from '../mrmc/read-row.ts';
import type { ReadProblem } from '../reads.ts';
import { parseDecimal } from './decimal.ts';
import {
  numberedLines,
  type ReadFile,
  requireClean,
  type Scanned,
  TRUTH_CODES,
} from './read-file.ts';

/** A file of the Iowa program. */
export interface LrcFile extends ReadFile {
  /** Its first line. */
  readonly description: string;
  /** Whether large (L) or small (S) ratings mean "more positive". */
  readonly direction: 'higher' | 'lower';
}

/**
 * Reads a file of the Iowa program OR-DBM MRMC (`.lrc`, the format of LABMRMC): a line of description;
 * the first reader's name; the names of the tests, quoted or not; L or S for each; one line per negative
 * case with a rating for each test; `*`; one line per positive case; `*`; the next reader's name and
 * cases; at the end `#`. What follows the ratings of a line is the name of the case.
 *
 * Cases without names are called by class and place: `0-1` is the first negative, `1-1` the first
 * positive one.
 *
 * @param text of the file
 * @returns rows with truth '1' (positive) or '0' (negative)
 * @throws ReadsError listing every problem with its line: a block that is cut off, numbers of cases or
 *   names of cases that differ between readers, tests of both L and S
 * @example
 * ```ts
 * const file = parseLrc('Pilot\nreader 1\n"A" "B"\nL L\n1 2\n*\n4 5\n*\n#\n');
 * file.rows[3]; // => { reader: 'reader 1', case: '1-1', modality: 'B', truth: '1', rating: 5 }
 * ```
 * @see Hillis, Schartz and Berbaum, OR-DBM MRMC 2.5, University of Iowa, user guide
 */
export function parseLrc(text: string): LrcFile {
  return requireClean('parseLrc', scanLrc(text), 'line');
}

/** {@link parseLrc} without throwing: what can be read, and all problems. */
export function scanLrc(text: string): Scanned<LrcFile> {
  const problems: ReadProblem[] = [];
  const [first, ...lines] = numberedLines(text);
  const source = new Lines(lines.filter((line) => line.text !== ''));
  const report = (line: number, message: string) => problems.push({ row: line, message });
  const reader = source.next();
  const tests = testNames(source.next(), report);
  const direction = directionOf(source.next(), tests.length, report);
  const study: Study = { tests, rows: [], lines: [], cases: new Map() };
  if (tests.length === 0 || reader === null) {
    if (problems.length === 0) report(1, 'must have a reader, tests and ratings, got none');
  } else {
    readReaders(reader, source, study, report);
  }
  const { rows, lines: at } = study;
  const description = first?.text ?? '';
  return { file: { rows, lines: at, warnings: [], description, direction }, problems };
}

type Report = (line: number, message: string) => void;

interface Line {
  readonly line: number;
  readonly text: string;
}

/** The lines that are left. */
class Lines {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  next(): Line | null {
    return this.#lines[this.#at++] ?? null;
  }

  /** Number of the last line that was taken. */
  get last(): number {
    return this.#lines[Math.min(this.#at, this.#lines.length) - 1]?.line ?? 1;
  }
}

interface Study {
  readonly tests: readonly string[];
  readonly rows: ReadRow[];
  readonly lines: number[];
  /** Names of the cases of each class as the first reader has them. */
  readonly cases: Map<string, readonly string[]>;
}

function readReaders(first: Line, source: Lines, study: Study, report: Report): void {
  const readers = new Set<string>();
  for (let reader: Line | null = first; reader; reader = source.next()) {
    if (reader.text === '#') return;
    if (readers.has(reader.text)) report(reader.line, `reader ${reader.text} occurs twice`);
    readers.add(reader.text);
    for (const truth of [TRUTH_CODES.negative, TRUTH_CODES.positive]) {
      if (!readBlock(reader.text, truth, source, { study, report })) return;
    }
    if (readers.size > 1) continue;
    for (const name of repeatsOf([...study.cases.values()].flat())) {
      report(source.last, `case ${name} occurs twice`);
    }
  }
  report(source.last, 'the line # is missing at the end: the file is cut off');
}

/** The cases of one class of one reader, up to the asterisk. */
function readBlock(
  reader: string,
  truth: string,
  source: Lines,
  { study, report }: { readonly study: Study; readonly report: Report },
): boolean {
  const names: string[] = [];
  const known = study.cases.get(truth);
  for (let line = source.next(); line?.text !== '*'; line = source.next()) {
    if (line === null || line.text === '#') {
      report(source.last, `the line * is missing after the cases of reader ${reader}`);
      return false;
    }
    const { ratings, label } = ratingsOf(line.text, study.tests.length);
    const name = label || (known?.[names.length] ?? `${truth}-${names.length + 1}`);
    names.push(name);
    if (known) checkName(name, known[names.length - 1], (message) => report(source.last, message));
    if (ratings.length !== study.tests.length || !ratings.every(Number.isFinite)) {
      report(line.line, `must have a finite rating for each of ${study.tests.length} tests`);
    } else addReads(study, line.line, { reader, case: name, truth }, ratings);
  }
  if (names.length < (known?.length ?? 0)) {
    report(source.last, `reader ${reader} must have ${known?.length} cases, got ${names.length}`);
  }
  if (known === undefined) study.cases.set(truth, names);
  return true;
}

/** Every reader has the cases of the first. */
function checkName(
  name: string,
  expected: string | undefined,
  report: (message: string) => void,
): void {
  if (name === expected) return;
  report(`case must be ${expected ?? 'no more cases'} as for the first reader, got ${name}`);
}

function addReads(
  { tests, rows, lines }: Study,
  line: number,
  read: Pick<ReadRow, 'reader' | 'case' | 'truth'>,
  ratings: readonly number[],
): void {
  for (const [index, modality] of tests.entries()) {
    rows.push({ ...read, modality, rating: ratings[index]! });
    lines.push(line);
  }
}

/** The first numbers of a line, and the text after them. */
function ratingsOf(text: string, count: number): { ratings: readonly number[]; label: string } {
  const ratings: number[] = [];
  let rest = text;
  while (ratings.length < count && rest !== '') {
    const space = rest.search(/\s/);
    ratings.push(parseDecimal(space < 0 ? rest : rest.slice(0, space)));
    rest = space < 0 ? '' : rest.slice(space).trimStart();
  }
  return { ratings, label: rest };
}

function repeatsOf(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const repeats = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) repeats.add(name);
    seen.add(name);
  }
  return [...repeats];
}

function testNames(line: Line | null, report: Report): readonly string[] {
  if (line === null) return [];
  const names = [...line.text.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(
    ([, quoted, bare]) => quoted?.trim() ?? bare!,
  );
  const isBroken = line.text.replace(/"[^"]*"/g, '').includes('"');
  if (isBroken || names.length === 0 || names.includes('')) {
    report(line.line, `must name the tests, each in quotes, got ${line.text}`);
    return [];
  }
  if (new Set(names).size < names.length) report(line.line, `tests must differ, got ${line.text}`);
  return names;
}

function directionOf(line: Line | null, tests: number, report: Report): 'higher' | 'lower' {
  const words = (line?.text ?? '').split(/\s+/).map((word) => word.slice(0, 1).toUpperCase());
  const isKnown = words.length === tests && words.every((word) => word === 'L' || word === 'S');
  if (line && tests > 0 && !isKnown) {
    report(line.line, `must have L or S for each of ${tests} tests, got ${line.text}`);
  } else if (new Set(words).size > 1 && tests > 0) {
    report(line!.line, 'tests must be all L or all S, got both');
  }
  return words[0] === 'S' ? 'lower' : 'higher';
}
