import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from 'd3-scale';
import { LIGHT } from './palette.ts';
import { label, rounded, textWidth } from './picture.ts';

/** An axis of a plot. */
export interface AxisOptions {
  /** What is measured, with its unit. */
  readonly label: string;
  /** Ends of the axis; by default the range of the data, widened to round numbers. */
  readonly domain?: readonly [number, number];
  /** Default 'linear'; 'log' needs positive data. */
  readonly scale?: 'linear' | 'log';
  /** How the numbers at the ticks are written. */
  readonly format?: (value: number) => string;
}

/** Where a plot's inner rectangle lies in its picture, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

/** The scale of an axis, from data to pixels. */
export function axisScale(
  caller: string,
  { domain, scale = 'linear' }: AxisOptions,
  values: Iterable<number>,
  range: readonly [number, number],
): Scale {
  const ends = domain ?? extent(values);
  if (!(Number.isFinite(ends[0]) && Number.isFinite(ends[1]) && ends[0] < ends[1])) {
    throw new RangeError(`${caller}: a domain must rise and be finite, got [${ends.join(', ')}]`);
  }
  if (scale === 'log' && ends[0] <= 0) {
    throw new RangeError(`${caller}: a log axis must have positive values, got ${ends[0]}`);
  }
  const result = (scale === 'log' ? scaleLog() : scaleLinear()).domain(ends).range(range);
  return domain ? result : result.nice();
}

/** The smallest and the largest value; a little around them where they are one. */
function extent(values: Iterable<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  return low === high
    ? [low - Math.abs(low || 1) / 2, high + Math.abs(high || 1) / 2]
    : [low, high];
}

/** Values to mark on an axis and how they are written. */
export function axisTicks(
  scale: Scale,
  count: number,
  format?: (value: number) => string,
): readonly { readonly at: number; readonly text: string }[] {
  const write = tickWriter(scale, count, format);
  return scale
    .ticks(count)
    .map((value) => ({ at: rounded(scale(value)), text: write(value) }))
    .filter(({ text }) => text !== '');
}

/** On a logarithmic axis d3 names the ticks for which there is room; the others get no number. */
function tickWriter(
  scale: Scale,
  count: number,
  format?: (value: number) => string,
): (value: number) => string {
  const named = scale.tickFormat(count);
  if (!('base' in scale)) return format ?? named;
  return (value) => (named(value) === '' ? '' : (format ?? String)(value));
}

/** Room that an upright axis needs for its numbers and its name. */
export function upAxisWidth(ticks: readonly { readonly text: string }[]): number {
  return Math.max(...ticks.map(({ text }) => textWidth(text)), 12) + 36;
}

/** The horizontal axis below a frame: grid lines, numbers, name. */
export function acrossAxis(
  { left, right, top, bottom }: Frame,
  ticks: ReturnType<typeof axisTicks>,
  name: string,
): string {
  const lines = ticks.map(({ at }) => `M${at} ${top}V${bottom}`).join('');
  return (
    gridLines(lines) +
    ticks
      .map(({ at, text }) => label(text, { x: at, y: bottom + 18 }, { anchor: 'middle' }))
      .join('') +
    label(name, { x: (left + right) / 2, y: bottom + 38 }, { anchor: 'middle' })
  );
}

/** The upright axis left of a frame. */
export function upAxis(
  { left, right, top, bottom }: Frame,
  ticks: ReturnType<typeof axisTicks>,
  name: string,
): string {
  const lines = ticks.map(({ at }) => `M${left} ${at}H${right}`).join('');
  return (
    gridLines(lines) +
    ticks
      .map(({ at, text }) => label(text, { x: left - 8, y: at + 4 }, { anchor: 'end' }))
      .join('') +
    label(name, { x: 14, y: (top + bottom) / 2 }, { anchor: 'middle', turned: true })
  );
}

function gridLines(path: string): string {
  return `<path class="grid" d="${path}" stroke="${LIGHT.grid}"/>`;
}
