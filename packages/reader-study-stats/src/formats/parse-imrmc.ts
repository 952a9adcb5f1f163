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

/** A case whose truth is known, read or not. */
export interface CaseTruth {
  /** Identifier, as in the rows. */
  readonly case: string;
  /** '0' or '1'. */
  readonly truth: string;
}

/** An iMRMC file. */
export interface ImrmcFile extends ReadFile {
  /** The free text above the data, without the counts; lines end with a line feed in between. */
  readonly description: string;
  /** Cases that have a truth and no read. */
  readonly unread: readonly CaseTruth[];
}

/**
 * Reads an `.imrmc` file: free text, the counts `N0:`, `N1:`, `NR:`, `NM:`, then `BEGIN DATA:` and
 * lines `reader,case,modality,score`, in any order; the truth of a case (0 or 1) stands in a line of
 * the reader `truth` or `-1`. Scores are ratings (for the AUC) or 0 and 1 (binary outcomes).
 *
 * Counts that are not those of the data are warnings, as in iMRMC.
 *
 * @param text of the file
 * @returns rows with truth '1' (positive) or '0' (negative); higher scores mean "more positive"
 * @throws ReadsError listing every problem with its line
 * @example
 * ```ts
 * const { rows } = parseImrmc('Pilot\nBEGIN DATA:\ntruth,c1,truth,1\nr1,c1,A,4.5\n');
 * rows[0]; // => { reader: 'r1', case: 'c1', modality: 'A', truth: '1', rating: 4.5 }
 * ```
 * @see Gallas, iMRMC, https://github.com/DIDSR/iMRMC (input file format)
 */
export function parseImrmc(text: string): ImrmcFile {
  return requireClean('parseImrmc', scanImrmc(text), 'line');
}

/** {@link parseImrmc} without throwing: what can be read, and all problems. */
export function scanImrmc(text: string): Scanned<ImrmcFile> {
  const lines = numberedLines(text);
  const begin = lines.findIndex((one) => BEGIN.test(one.text));
  if (begin < 0) {
    const file = { rows: [], lines: [], description: '', unread: [], warnings: [] };
    return { file, problems: [{ row: 1, message: 'the line BEGIN DATA: is missing' }] };
  }
  const problems: ReadProblem[] = [];
  const { description, counts } = parseHeader(lines.slice(0, begin));
  const truths = new Map<string, { line: number; truth: string }>();
  const scores: { line: number; fields: readonly string[] }[] = [];
  for (const { line, text: data } of lines.slice(begin + 1)) {
    if (data === '') continue;
    const fields = data.split(',').map((field) => field.trim());
    const problem = lineProblem(fields, truths);
    if (problem) problems.push({ row: line, message: problem });
    else if (isTruth(fields[0]!)) truths.set(fields[1]!, { line, truth: fields[3]! });
    else scores.push({ line, fields });
  }
  for (const { line, fields } of scores) {
    if (!truths.has(fields[1]!)) {
      problems.push({ row: line, message: `case ${fields[1]} has no truth` });
    }
  }
  const known = scores.filter(({ fields }) => truths.has(fields[1]!));
  const rows = known.map(
    ({ fields: [reader, id, modality, score] }): ReadRow => ({
      reader: reader!,
      case: id!,
      modality: modality!,
      truth: truths.get(id!)!.truth,
      rating: parseDecimal(score!),
    }),
  );
  const read = new Set(rows.map((row) => row.case));
  const file = {
    rows,
    lines: known.map(({ line }) => line),
    description,
    unread: [...truths].flatMap(([id, { truth }]) => (read.has(id) ? [] : [{ case: id, truth }])),
    warnings: countWarnings(counts, {
      N0: [...truths.values()].filter(({ truth }) => truth === '0').length,
      N1: [...truths.values()].filter(({ truth }) => truth === '1').length,
      NR: new Set(rows.map((row) => row.reader)).size,
      NM: new Set(rows.map((row) => row.modality)).size,
    }),
  };
  return { file, problems };
}

const BEGIN = /^BEGIN DATA\s*:?$/i;
const COUNT = /^(N0|N1|NR|NM)\s*:\s*(.*)$/i;

interface Count {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

function parseHeader(lines: readonly { line: number; text: string }[]): {
  readonly description: string;
  readonly counts: readonly Count[];
} {
  const counts: Count[] = [];
  const words: string[] = [];
  for (const { line, text } of lines) {
    const [, name, value] = COUNT.exec(text) ?? [];
    if (name === undefined || value === undefined) words.push(text);
    else counts.push({ line, name: name.toUpperCase(), value });
  }
  return { description: words.join('\n').trim(), counts };
}

function countWarnings(
  counts: readonly Count[],
  found: Readonly<Record<string, number>>,
): readonly ReadProblem[] {
  return counts
    .filter(({ name, value }) => parseDecimal(value) !== found[name])
    .map(({ line, name, value }) => ({
      row: line,
      message: `${name} is ${value || 'empty'}, but the data have ${found[name]}`,
    }));
}

/** Whether a reader's name marks a line as a case's truth. */
export function isTruth(reader: string): boolean {
  return reader === '-1' || reader.toLowerCase() === 'truth';
}

function lineProblem(
  fields: readonly string[],
  truths: ReadonlyMap<string, { readonly line: number }>,
): string | null {
  if (fields.length !== 4) {
    return `must have 4 fields (reader, case, modality, score), got ${fields.length}`;
  }
  const [reader, id, modality, score] = fields as [string, string, string, string];
  if (reader === '' || id === '') return 'reader and case must not be empty';
  if (isTruth(reader)) {
    const before = truths.get(id);
    if (before) return `the truth of case ${id} is already in line ${before.line}`;
    const isCode = score === TRUTH_CODES.negative || score === TRUTH_CODES.positive;
    return isCode ? null : `truth must be 0 or 1, got ${score || 'nothing'}`;
  }
  if (modality === '') return 'modality must not be empty';
  const isNumber = Number.isFinite(parseDecimal(score));
  return isNumber ? null : `score must be a finite number, got ${score || 'nothing'}`;
}
