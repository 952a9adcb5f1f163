import type { Rate } from '../results.ts';

export interface RateRow {
  readonly name: string;
  readonly rate: Rate;
  readonly colour: string;
  /** The paper's share for the same row, drawn as a diamond. */
  readonly paper?: number;
}

const LABEL = 250;
const WIDTH = 340;
const ROW = 26;
const TOP = 8;

/** Shares with their 95 % intervals, one row each, as an inline SVG forest plot. */
export function rateChart(rows: readonly RateRow[]): string {
  const height = TOP + rows.length * ROW;
  const x = (share: number): number => LABEL + share * WIDTH;
  const axis = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (tick) => `<path d="M${x(tick)} ${TOP}V${height}" class="grid"/>
  <text x="${x(tick)}" y="${height + 18}" text-anchor="middle">${tick * 100} %</text>`,
    )
    .join('\n  ');
  const marks = rows.map(({ name, rate, colour, paper }, row) => {
    const y = TOP + (row + 0.5) * ROW;
    const diamond =
      paper === undefined
        ? ''
        : `<path d="M${x(paper)} ${y - 6}l6 6l-6 6l-6 -6z" class="paper"><title>paper: ${(100 * paper).toFixed(1)} %</title></path>`;
    const { rate: share, lower, upper } = rate;
    const mark =
      share === null || lower === null || upper === null
        ? ''
        : `<path d="M${x(lower)} ${y}H${x(upper)}" stroke="${colour}" stroke-width="2.5"/>
  <circle cx="${x(share)}" cy="${y}" r="5" fill="${colour}"/>`;
    return `<text x="${LABEL - 12}" y="${y + 4}" text-anchor="end">${name}</text>
  ${mark}${diamond}
  <text x="${LABEL + WIDTH + 14}" y="${y + 4}">${rate.k}/${rate.n}</text>`;
  });
  return `<svg viewBox="0 0 ${LABEL + WIDTH + 80} ${height + 26}" width="${LABEL + WIDTH + 80}" role="img" aria-label="Shares with 95 % intervals">
  ${axis}
  ${marks.join('\n  ')}
</svg>`;
}
