import type { ReadRow } from '../mrmc/read-row.ts';
import { type ReadProblem, ReadsError } from '../reads.ts';

/** Reads from a file, whatever its format: what `arrangeReads` takes, with where each came from. */
export interface ReadFile {
  /** In the order of the file. */
  readonly rows: readonly ReadRow[];
  /** Line or row of each read in the file: the option `rows` of `arrangeReads` and `validateRows`. */
  readonly lines: readonly number[];
  /** What does not keep the file from being read, but should be known. */
  readonly warnings: readonly ReadProblem[];
}

/** What could be read of a file, and everything that is wrong with it. */
export interface Scanned<File> {
  readonly file: File;
  readonly problems: readonly ReadProblem[];
}

/**
 * The file, if nothing is wrong with it.
 * @throws ReadsError with every problem, in the order of the file
 */
export function requireClean<File>(
  caller: string,
  { file, problems }: Scanned<File>,
  place: 'row' | 'line',
): File {
  if (problems.length === 0) return file;
  throw new ReadsError(
    caller,
    [...problems].sort((a, b) => a.row - b.row),
    place,
  );
}

/** The truths of formats that have no words for them: those of iMRMC and of the Iowa program. */
export const TRUTH_CODES: { readonly positive: '1'; readonly negative: '0' } = {
  positive: '1',
  negative: '0',
};

/** The lines of a text with their numbers from 1, white space around them removed; a byte order mark too. */
export function numberedLines(text: string): readonly { line: number; text: string }[] {
  return text.split(/\r\n|\n|\r/).map((one, index) => ({ line: index + 1, text: one.trim() }));
}

/** The test of a row as formats with one compared factor name it. */
export function modalityOf(row: ReadRow): string {
  return row.modality ?? row.session ?? '';
}

/**
 * Throws for what a format cannot hold.
 * @throws RangeError that lists every problem
 */
export function checkWritable(caller: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, MOST_SHOWN);
  const more = problems.length > shown.length ? [`${problems.length - shown.length} more`] : [];
  throw new RangeError(`${caller}: ${[...shown, ...more].join('; ')}`);
}

const MOST_SHOWN = 20;
