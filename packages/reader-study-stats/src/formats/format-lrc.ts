import type { ReadRow } from '../mrmc/read-row.ts';
import { formatDecimal } from './decimal.ts';
import { checkWritable, modalityOf } from './read-file.ts';

/** What {@link formatLrc} needs to know. */
export interface LrcFormatOptions {
  /** The `truth` of the positive rows. */
  readonly positive: string;
  /** The `truth` of the negative rows. */
  readonly negative: string;
  /** Whether higher or lower ratings mean "more positive": L or S. */
  readonly direction: 'higher' | 'lower';
  /** The first line; default 'Reader study'. */
  readonly description?: string;
}

/**
 * An `.lrc` file of a crossed study: the Iowa program and `parseLrc` read it. Names of cases follow
 * their ratings, which have the digits that give them back exactly.
 *
 * @param rows every reader read every case under every test
 * @param options which truth is positive, which direction ratings have, description
 * @throws RangeError listing everything that the format cannot hold: reads that are missing or given
 *   twice, names with quotes, line ends or white space around them, ratings that are not finite
 * @example
 * ```ts
 * formatLrc(rows, { positive: 'ill', negative: 'well', direction: 'higher' });
 * ```
 */
export function formatLrc(rows: readonly ReadRow[], options: LrcFormatOptions): string {
  const { positive, negative, direction, description = 'Reader study' } = options;
  const readers = [...new Set(rows.map((row) => row.reader))];
  const tests = [...new Set(rows.map(modalityOf))];
  const truths = new Map(rows.map((row) => [row.case, row.truth]));
  const ratings = new Map(rows.map((row) => [keyOf(row.reader, modalityOf(row), row.case), row]));
  const full = readers.length * tests.length * truths.size;
  checkWritable('formatLrc', [
    ...(rows.length === 0 ? ['there must be at least one read, got 0'] : []),
    ...(ratings.size < rows.length ? [`${rows.length - ratings.size} reads are given twice`] : []),
    ...(ratings.size < full
      ? [
          `every reader must read every case under every test, ${full - ratings.size} reads are missing`,
        ]
      : []),
    ...(hasLineEnd(description) || description !== description.trim()
      ? [`description must be one line, got ${JSON.stringify(description)}`]
      : []),
    ...readers.filter((name) => !isLine(name) || /^[*#]/.test(name)).map(badName('reader')),
    ...tests.filter((name) => !isLine(name) || name.includes('"')).map(badName('modality')),
    ...[...truths.keys()].filter((name) => !isLine(name)).map(badName('case')),
    ...rows.flatMap((row, index) => rowProblems(row, index, { positive, negative, truths })),
  ]);
  const lines = [description];
  readers.forEach((reader, index) => {
    lines.push(reader);
    if (index === 0) {
      lines.push(tests.map((test) => `"${test}"`).join(' '));
      lines.push(tests.map(() => (direction === 'higher' ? 'L' : 'S')).join(' '));
    }
    for (const truth of [negative, positive]) {
      for (const [id, own] of truths) {
        if (own !== truth) continue;
        const given = tests.map((test) => ratings.get(keyOf(reader, test, id))!.rating!);
        lines.push(`${given.map(formatDecimal).join(' ')} ${id}`);
      }
      lines.push('*');
    }
  });
  return `${[...lines, '#'].join('\n')}\n`;
}

function rowProblems(
  row: ReadRow,
  index: number,
  {
    positive,
    negative,
    truths,
  }: {
    readonly positive: string;
    readonly negative: string;
    readonly truths: ReadonlyMap<string, string>;
  },
): readonly string[] {
  const problems: string[] = [];
  const report = (message: string) => problems.push(`read ${index + 1}: ${message}`);
  if (row.modality !== undefined && row.session !== undefined) {
    report('must have modality or session, got both');
  }
  if (row.truth !== positive && row.truth !== negative) {
    report(`truth must be ${positive} or ${negative}, got ${row.truth}`);
  }
  if (truths.get(row.case) !== row.truth) report(`case ${row.case} must have one truth, got two`);
  if (!Number.isFinite(row.rating)) report(`rating must be finite, got ${row.rating}`);
  return problems;
}

function badName(what: string): (name: string) => string {
  return (name) => `${what} cannot be written in this format: ${JSON.stringify(name)}`;
}

function hasLineEnd(text: string): boolean {
  return /[\r\n]/.test(text);
}

function isLine(text: string): boolean {
  return text !== '' && text === text.trim() && !hasLineEnd(text);
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
