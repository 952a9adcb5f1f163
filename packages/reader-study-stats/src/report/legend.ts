import { marker } from './marker.ts';
import { strokeOf } from './palette.ts';
import { label, shortened } from './picture.ts';

/** A name in a legend and how its series is drawn. */
export interface LegendRow {
  readonly name: string;
  readonly tone: number;
  readonly line: boolean;
  readonly mark: boolean;
}

const ROW = 20;
const SAMPLE = 30;

/** Room below a plot for a legend. */
export function legendHeight(rows: number): number {
  return rows * ROW + 8;
}

/** One row for each series: a sample of its stroke and its name. */
export function legend(
  rows: readonly LegendRow[],
  { x, y }: { readonly x: number; readonly y: number },
  width: number,
): string {
  return rows
    .map(({ name, tone, line, mark }, i) => {
      const middle = y + (i + 0.5) * ROW;
      const stroke = line
        ? `<path ${strokeOf(tone)} stroke-width="2.5" d="M${x} ${middle}h${SAMPLE}"/>`
        : '';
      const mid = mark ? marker({ x: x + SAMPLE / 2, y: middle }, tone) : '';
      const text = shortened(name, width - SAMPLE - 8);
      return stroke + mid + label(text, { x: x + SAMPLE + 8, y: middle + 4 });
    })
    .join('');
}
