import type { ReadRow } from '../mrmc/read-row.ts';
import { formatDecimal } from './decimal.ts';
import { type CaseTruth, isTruth } from './parse-imrmc.ts';
import { checkWritable, modalityOf } from './read-file.ts';

/** What {@link formatImrmc} needs to know. */
export interface ImrmcFormatOptions {
  /** The `truth` of the positive rows, written as 1. */
  readonly positive: string;
  /** The `truth` of the negative rows, written as 0. */
  readonly negative: string;
  /** Free text above the data; default 'Reader study'. */
  readonly description?: string;
  /** Cases that nobody read. */
  readonly unread?: readonly CaseTruth[];
}

/**
 * An `.imrmc` file of reads: iMRMC and `parseImrmc` read it. Truths come first, in the order of the
 * cases; numbers have the digits that give them back exactly.
 *
 * @param rows with a finite rating; modality or session becomes iMRMC's modality
 * @param options which truth is positive, description, unread cases
 * @throws RangeError listing everything that the format cannot hold: identifiers that are empty, start
 *   or end with white space, hold a comma or a line end; readers called `truth` or `-1`; both modality
 *   and session; ratings that are not finite; a case of two truths
 * @example
 * ```ts
 * const rows = [{ reader: 'r1', case: 'c1', modality: 'A', truth: 'cancer', rating: 4.5 }];
 * formatImrmc(rows, { positive: 'cancer', negative: 'healthy' }).includes('r1,c1,A,4.5'); // => true
 * ```
 */
export function formatImrmc(rows: readonly ReadRow[], options: ImrmcFormatOptions): string {
  const { positive, negative, description = 'Reader study', unread = [] } = options;
  const code = (truth: string): string => (truth === positive ? '1' : '0');
  const cases = new Map(rows.map((row) => [row.case, code(row.truth)]));
  for (const one of unread) cases.set(one.case, one.truth);
  checkWritable('formatImrmc', [
    ...rows.flatMap((row, index) => rowProblems(row, { positive, negative }, index)),
    ...rows
      .filter((row) => cases.get(row.case) !== code(row.truth))
      .map((row) => `case ${JSON.stringify(row.case)} must have one truth, got two`),
    ...unread.flatMap((one) => unreadProblems(one)),
    ...(/(^|\n)\s*(BEGIN DATA|N0|N1|NR|NM)\s*:?/i.test(description) || description.includes('\r')
      ? [`description must have no line that starts like BEGIN DATA or a count, got ${description}`]
      : []),
  ]);
  const count = (truth: string): number =>
    [...cases.values()].filter((one) => one === truth).length;
  const header = [
    ...(description === '' ? [] : [description]),
    `N0: ${count('0')}`,
    `N1: ${count('1')}`,
    `NR: ${new Set(rows.map((row) => row.reader)).size}`,
    `NM: ${new Set(rows.map(modalityOf)).size}`,
    'BEGIN DATA:',
  ];
  const truths = [...cases].map(([id, truth]) => `truth,${id},truth,${truth}`);
  const scores = rows.map(
    (row) => `${row.reader},${row.case},${modalityOf(row)},${formatDecimal(row.rating!)}`,
  );
  return `${[...header, ...truths, ...scores].join('\n')}\n`;
}

function rowProblems(
  row: ReadRow,
  { positive, negative }: { readonly positive: string; readonly negative: string },
  index: number,
): readonly string[] {
  const problems: string[] = [];
  const report = (message: string) => problems.push(`read ${index + 1}: ${message}`);
  if (row.modality !== undefined && row.session !== undefined) {
    report('must have modality or session, got both');
  }
  const names = { reader: row.reader, case: row.case, modality: modalityOf(row) };
  for (const [name, value] of Object.entries(names)) {
    if (!isPlain(value)) report(`${name} must be a plain word, got ${JSON.stringify(value)}`);
  }
  if (isTruth(row.reader)) report(`reader must not be called truth or -1, got ${row.reader}`);
  if (row.truth !== positive && row.truth !== negative) {
    report(`truth must be ${positive} or ${negative}, got ${row.truth}`);
  }
  if (!Number.isFinite(row.rating)) report(`rating must be finite, got ${row.rating}`);
  return problems;
}

function unreadProblems({ case: id, truth }: CaseTruth): readonly string[] {
  const problems: string[] = [];
  if (!isPlain(id)) problems.push(`unread case must be a plain word, got ${JSON.stringify(id)}`);
  if (truth !== '0' && truth !== '1') problems.push(`unread truth must be 0 or 1, got ${truth}`);
  return problems;
}

/** What a field of the format can hold: no comma, no line end, no white space around it. */
function isPlain(value: string): boolean {
  return value !== '' && value === value.trim() && !/[,\r\n]/.test(value);
}
