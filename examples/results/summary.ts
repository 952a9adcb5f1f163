import type { Rate } from '../full-study/results.ts';
import type { SeedResults } from './campaign.ts';

/** What stands where there is no number. */
export const NONE = '–';

/** A row of the page: its name, and its number for a seed. */
export type Row = readonly [
  name: string,
  value: (seed: SeedResults) => number | null | undefined,
  format: (value: number) => string,
];

/** Mean and range of a number over seeds. */
interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
  readonly seeds: number;
}

/** Mean and range of those seeds that have a value; null where none has. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  const found = values.filter((value): value is number => Number.isFinite(value));
  if (found.length === 0) return null;
  return {
    mean: found.reduce((sum, value) => sum + value, 0) / found.length,
    least: Math.min(...found),
    greatest: Math.max(...found),
    seeds: found.length,
  };
}

/** `0.851 (0.811–0.890; 5)`: mean, range and number of seeds. */
export function spreadText(
  values: readonly (number | null | undefined)[],
  format: (value: number) => string,
): string {
  const spread = spreadOf(values);
  if (spread === null) return NONE;
  const { mean, least, greatest, seeds } = spread;
  return seeds === 1
    ? `${format(mean)} (1)`
    : `${format(mean)} (${format(least)}–${format(greatest)}; ${seeds})`;
}

/** `98.0 % (50/51; 89.7–99.6)`: share, count and interval. */
export function rateText({ k, n, rate, lower, upper }: Rate): string {
  if (rate === null || lower === null || upper === null) return NONE;
  return `${percent(rate)} % (${k}/${n}; ${percent(lower)}–${percent(upper)})`;
}

/** A share in percent, one decimal. */
const percent = (share: number): string => (100 * share).toFixed(1);

/** `98.0 %` */
export const share = (value: number): string => `${percent(value)} %`;

/** So many decimals. */
export const decimals =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

/** A table with a column for each group of seeds, which have one preset; rows without a number are left out. */
export function rowsTable(
  groups: readonly (readonly SeedResults[])[],
  rows: readonly Row[],
): string {
  const head = groups.map(
    ([first]) => `${first?.preset}, ${first?.cohort.height}×${first?.cohort.width}`,
  );
  const lines = rows.map(([name, value, format]) => [
    name,
    ...groups.map((group) => spreadText(group.map(value), format)),
  ]);
  return table(
    ['', ...head],
    lines.filter(([, ...cells]) => cells.some((cell) => cell !== NONE)),
  );
}

/** Words and a table of the seeds on which something was tried. */
export function triedSection(
  groups: readonly (readonly SeedResults[])[],
  wasTried: (seed: SeedResults) => boolean,
  { words, rows }: { readonly words: string; readonly rows: readonly Row[] },
): string {
  const tried = groups.map((group) => group.filter(wasTried)).filter((group) => group.length > 0);
  return tried.length === 0 ? 'Not run.' : `${words}\n\n${rowsTable(tried, rows)}`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
