import { line } from 'd3-shape';
import {
  type AxisOptions,
  axisScale,
  axisTicks,
  type Frame,
  type Scale,
  upAxis,
  upAxisWidth,
} from './axis.ts';
import { marker } from './marker.ts';
import { checkTone, strokeOf, toneOf } from './palette.ts';
import { label, type PictureText, picture, rounded, shortened, textWidth } from './picture.ts';

/** One reader (or case, or system) under every condition. */
export interface PairedLine {
  /** At the right end of the line, shortened to 150 pixels. */
  readonly name: string;
  /** One value per condition; null where there is none, which leaves a gap. */
  readonly values: readonly (number | null)[];
  /** The interval of each value, one per condition; null where there is none. */
  readonly intervals?: readonly ({
    /** In the unit of the axis; finite. */
    readonly lower: number;
    /** In the unit of the axis; finite. */
    readonly upper: number;
  } | null)[];
  /** Drawn thick and on top: the mean of the readers, say. */
  readonly emphasis?: boolean;
  /** Colour, dash pattern and marker shape, 0 to 5; by default those of its place in the list. */
  readonly tone?: number;
}

/** Options of {@link pairedPlot}. */
export interface PairedPlotOptions extends PictureText {
  /** Names along the bottom: two modalities, five sessions. */
  readonly conditions: readonly string[];
  /** The upright axis. */
  readonly y: AxisOptions;
  /** Width of the picture in pixels; default 480. */
  readonly width?: number;
  /** Its height; default 360, more where the names of many lines need it. */
  readonly height?: number;
}

/** Least distance of two names at the right end, in pixels. */
const ROW = 17;

/**
 * Each reader's values joined over the conditions (a slope plot for two, a reader-by-session plot for
 * more), with intervals if there are any, as one SVG text. Each line is named at its right end.
 *
 * @param lines at least one, each with one value per condition
 * @throws RangeError if there is no line, a line has not one value (and interval) per condition, or a
 *   number is not finite
 * @example
 * ```ts
 * pairedPlot([{ name: 'reader 1', values: [0.8, 0.9] }], {
 *   title: 'Readers', conditions: ['alone', 'with AI'], y: { label: 'AUC' },
 * }).startsWith('<svg'); // => true
 * ```
 */
export function pairedPlot(lines: readonly PairedLine[], options: PairedPlotOptions): string {
  const { title, conditions, width = 480 } = options;
  checkLines(lines, conditions);
  const height = Math.max(options.height ?? 360, lines.length * ROW + 60);
  const bottom = height - 34;
  const y = axisScale('pairedPlot', options.y, valuesOf(lines), [bottom, 12]);
  const ticks = axisTicks(y, 6, options.y.format);
  const names = Math.min(Math.max(...lines.map(({ name }) => textWidth(name))), 150);
  const frame: Frame = { left: upAxisWidth(ticks), right: width - names - 26, top: 12, bottom };
  const step = (frame.right - frame.left) / conditions.length;
  const dodge = Math.min(6, step / (2 * lines.length));
  const placed = lines.map(
    (of, i): PlacedLine => ({
      of,
      tone: of.tone ?? toneOf(i),
      x: (condition) =>
        frame.left + (condition + 0.5) * step + (i - (lines.length - 1) / 2) * dodge,
    }),
  );
  const last = ({ of }: PlacedLine): number => Number(of.emphasis ?? false);
  const content = [
    upAxis(frame, ticks, options.y.label),
    ...conditions.map((name, i) => {
      const place = { x: frame.left + (i + 0.5) * step, y: bottom + 20 };
      return label(shortened(name, step - 6), place, { anchor: 'middle' });
    }),
    ...[...placed].sort((a, b) => last(a) - last(b)).map((one) => drawn(one, conditions, y)),
    ...endLabels(placed, y, frame, names),
  ];
  const description = options.description ?? describe(lines, conditions);
  return picture({ width, height }, { title, description }, content.join(''));
}

interface PlacedLine {
  readonly of: PairedLine;
  readonly tone: number;
  /** Where the value of a condition is drawn: beside those of the other lines. */
  readonly x: (condition: number) => number;
}

function drawn({ of, tone, x }: PlacedLine, conditions: readonly string[], y: Scale): string {
  const { name, values, intervals = [], emphasis = false } = of;
  const path = line<number | null>(
    (_, i) => x(i),
    (value) => y(value ?? 0),
  )
    .defined((value) => value !== null)
    .digits(1)(values);
  const whiskers = intervals.map((interval, i) =>
    interval ? `M${rounded(x(i))} ${rounded(y(interval.lower))}V${rounded(y(interval.upper))}` : '',
  );
  const marks = values.map((value, i) =>
    value === null
      ? ''
      : marker({ x: x(i), y: y(value) }, tone, { title: `${name}, ${conditions[i]}: ${value}` }),
  );
  return (
    `<path ${strokeOf(tone)} stroke-width="${emphasis ? 3.6 : 1.6}" d="${path ?? ''}"/>` +
    `<path ${strokeOf(tone, false)} stroke-width="1.4" d="${whiskers.join('')}"/>` +
    marks.join('')
  );
}

/** Each line's name beside its last value; names that would overlap are moved apart. */
function endLabels(
  placed: readonly PlacedLine[],
  y: Scale,
  { right, top, bottom }: Frame,
  width: number,
): readonly string[] {
  const ends = placed
    .flatMap(({ of, tone }) => {
      const end = of.values.filter((value) => value !== null).at(-1);
      return end === undefined ? [] : [{ of, tone, at: y(end) }];
    })
    .sort((a, b) => a.at - b.at);
  const at = apart(
    ends.map((end) => end.at),
    { top: top + ROW / 2, bottom: bottom - ROW / 2 },
  );
  return ends.map(
    ({ of, tone }, i) =>
      marker({ x: right + 8, y: at[i]! }, tone) +
      label(
        shortened(of.name, width),
        { x: right + 18, y: at[i]! + 4 },
        { bold: of.emphasis ?? false },
      ),
  );
}

/** Rising positions moved to be at least a row apart: pushed down, then back up from the lower end. */
function apart(
  positions: readonly number[],
  { top, bottom }: { readonly top: number; readonly bottom: number },
): readonly number[] {
  const moved = [...positions];
  let free = top;
  for (let i = 0; i < moved.length; i++) {
    moved[i] = Math.max(moved[i]!, free);
    free = moved[i]! + ROW;
  }
  free = bottom;
  for (let i = moved.length - 1; i >= 0; i--) {
    moved[i] = Math.min(moved[i]!, free);
    free = moved[i]! - ROW;
  }
  return moved;
}

function* valuesOf(lines: readonly PairedLine[]): Generator<number> {
  for (const { values, intervals = [] } of lines) {
    for (const value of values) if (value !== null) yield value;
    for (const interval of intervals) if (interval) yield* [interval.lower, interval.upper];
  }
}

function checkLines(lines: readonly PairedLine[], conditions: readonly string[]): void {
  if (lines.length === 0)
    throw new RangeError('pairedPlot: there must be at least one line, got 0');
  for (const one of lines) {
    const { name, values, intervals = values, tone } = one;
    if (values.length !== conditions.length || intervals.length !== conditions.length) {
      throw new RangeError(
        `pairedPlot: ${name} must have one value (and interval) for each of ${conditions.length} conditions, ` +
          `got ${values.length} and ${intervals.length}`,
      );
    }
    for (const value of valuesOf([one])) {
      if (!Number.isFinite(value)) {
        throw new RangeError(`pairedPlot: values of ${name} must be finite, got ${value}`);
      }
    }
    checkTone('pairedPlot', name, tone);
  }
}

function describe(lines: readonly PairedLine[], conditions: readonly string[]): string {
  return lines
    .map(
      ({ name, values }) =>
        `${name}: ${values.map((value, i) => `${conditions[i]} ${value ?? 'none'}`).join(', ')}`,
    )
    .join('; ');
}
