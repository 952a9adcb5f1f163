import {
  type AxisOptions,
  acrossAxis,
  axisScale,
  axisTicks,
  type Frame,
  type Scale,
} from './axis.ts';
import { formatInterval } from './format.ts';
import { marker } from './marker.ts';
import { checkTone, LIGHT, strokeOf } from './palette.ts';
import { label, type PictureText, picture, rounded, shortened, textWidth } from './picture.ts';

/** One row of a forest plot. */
export interface ForestRow {
  /** At the left end, shortened to 300 pixels. */
  readonly name: string;
  /** null where there is none: the row says so. */
  readonly estimate: number | null;
  /** null where there is no interval: only the mark is drawn. */
  readonly lower: number | null;
  /** At least `lower`; null where there is no interval. */
  readonly upper: number | null;
  /** At the right end; by default "estimate (lower, upper)", or "–". */
  readonly text?: string;
  /** 'estimate' (default): a mark; 'summary': a diamond as wide as the interval; 'heading': only the name, bold. */
  readonly kind?: 'estimate' | 'summary' | 'heading';
  /** Another value to compare with, drawn as a hollow diamond: a published one, say. */
  readonly target?: number;
  /** Colour and marker shape, 0 to 5; default 0. */
  readonly tone?: number;
}

/** Options of {@link forestPlot}. */
export interface ForestPlotOptions extends PictureText {
  /** The axis of the estimates. */
  readonly x: AxisOptions;
  /** Upright lines: no effect, a non-inferiority margin. */
  readonly references?: readonly {
    /** In the unit of the axis; finite. */
    readonly value: number;
    /** Above the line; default: none. */
    readonly label?: string;
  }[];
  /** Digits of the texts at the right; default 3. */
  readonly digits?: number;
  /** Width of the middle part in pixels; default 300. */
  readonly plotWidth?: number;
}

const ROW = 26;
const NAMES = { least: 60, most: 300 };

/**
 * Estimates with their intervals, one row each, as one SVG text.
 *
 * @param rows from top to bottom, at least one; numbers in the unit of the axis
 * @throws RangeError if there is no row, a number is not finite or an interval falls
 * @example
 * ```ts
 * forestPlot([{ name: 'reader 1', estimate: 0.8, lower: 0.7, upper: 0.9 }], {
 *   title: 'Accuracy', x: { label: 'accuracy', domain: [0, 1] },
 * }).includes('0.800 (0.700, 0.900)'); // => true
 * ```
 */
export function forestPlot(rows: readonly ForestRow[], options: ForestPlotOptions): string {
  const { title, references = [], digits = 3, plotWidth = 300 } = options;
  checkRows(rows, references);
  const texts = rows.map((row) => row.text ?? rowText(row, digits));
  const names = Math.max(...rows.map(nameWidth));
  const left = Math.min(Math.max(names, NAMES.least), NAMES.most) + 16;
  const top = references.some((reference) => reference.label) ? 28 : 10;
  const frame: Frame = { left, right: left + plotWidth, top, bottom: top + rows.length * ROW };
  const x = axisScale('forestPlot', options.x, valuesOf(rows, references), [
    frame.left,
    frame.right,
  ]);
  const content = [
    acrossAxis(frame, axisTicks(x, 5, options.x.format), options.x.label),
    ...references.map((reference) => rule(reference, x, frame)),
    ...rows.map((row, i) => {
      const y = frame.top + (i + 0.5) * ROW;
      const name = shortened(row.name, (left - 16) / boldness(row.kind));
      return (
        label(name, { x: left - 12, y: y + 4 }, { anchor: 'end', bold: row.kind === 'heading' }) +
        marks(row, x, y) +
        label(texts[i]!, { x: frame.right + 14, y: y + 4 })
      );
    }),
  ];
  const size = { width: frame.right + widest(texts) + 24, height: frame.bottom + 48 };
  return picture(
    size,
    { title, description: options.description ?? describe(rows, texts) },
    content.join(''),
  );
}

function marks(row: ForestRow, x: Scale, y: number): string {
  const { name, estimate, lower, upper, kind = 'estimate', tone = 0, target } = row;
  const parts: string[] = [];
  if (kind === 'heading') return '';
  if (lower !== null && upper !== null) {
    parts.push(
      kind === 'summary' && estimate !== null
        ? diamond(x(lower), x(estimate), x(upper), y, tone)
        : `<path ${strokeOf(tone, false)} stroke-width="2.2" d="M${rounded(x(lower))} ${y}H${rounded(x(upper))}"/>`,
    );
  }
  if (estimate !== null && kind === 'estimate')
    parts.push(marker({ x: x(estimate), y }, tone, { title: name }));
  if (target !== undefined) {
    parts.push(
      `<path class="outline" stroke="${LIGHT.ink}" stroke-width="1.5" d="M${rounded(x(target))} ${y - 7}l6 7l-6 7l-6 -7z"><title>${target}</title></path>`,
    );
  }
  return parts.join('');
}

function diamond(lower: number, middle: number, upper: number, y: number, tone: number): string {
  const [l, m, u] = [rounded(lower), rounded(middle), rounded(upper)];
  return `<path class="fill-${tone}" fill="${LIGHT.tones[tone]}" d="M${l} ${y}L${m} ${y - 7}L${u} ${y}L${m} ${y + 7}z"/>`;
}

function rule(
  { value, label: text }: { readonly value: number; readonly label?: string },
  x: Scale,
  { top, bottom }: Frame,
): string {
  const at = rounded(x(value));
  const words = text ? label(text, { x: at, y: top - 8 }, { anchor: 'middle', soft: true }) : '';
  return `<path class="rule" stroke="${LIGHT.soft}" stroke-dasharray="4 4" d="M${at} ${top}V${bottom}"/>${words}`;
}

function rowText({ kind, estimate, lower, upper }: ForestRow, digits: number): string {
  if (kind === 'heading') return '';
  if (estimate === null) return '–';
  return formatInterval(estimate, lower === null || upper === null ? null : { lower, upper }, {
    digits,
  });
}

function nameWidth({ name, kind }: ForestRow): number {
  return Math.ceil(textWidth(name) * boldness(kind));
}

/** Bold letters are wider. */
function boldness(kind: ForestRow['kind']): number {
  return kind === 'heading' ? 1.15 : 1;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(textWidth));
}

function* valuesOf(
  rows: readonly ForestRow[],
  references: readonly { readonly value: number }[],
): Generator<number> {
  for (const { estimate, lower, upper, target } of rows) {
    for (const value of [estimate, lower, upper, target]) if (value != null) yield value;
  }
  for (const { value } of references) yield value;
}

function checkRows(
  rows: readonly ForestRow[],
  references: readonly { readonly value: number }[],
): void {
  if (rows.length === 0) throw new RangeError('forestPlot: there must be at least one row, got 0');
  for (const value of valuesOf(rows, references)) {
    if (!Number.isFinite(value))
      throw new RangeError(`forestPlot: values must be finite, got ${value}`);
  }
  for (const { name, lower, upper, tone } of rows) {
    if (lower !== null && upper !== null && lower > upper) {
      throw new RangeError(
        `forestPlot: the interval of ${name} must rise, got [${lower}, ${upper}]`,
      );
    }
    checkTone('forestPlot', name, tone);
  }
}

function describe(rows: readonly ForestRow[], texts: readonly string[]): string {
  return rows
    .flatMap(({ name, kind }, i) => (kind === 'heading' ? [] : [`${name}: ${texts[i]}`]))
    .join('; ');
}
