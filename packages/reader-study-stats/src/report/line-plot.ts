import { area, curveLinear, curveStepAfter, line } from 'd3-shape';
import {
  type AxisOptions,
  acrossAxis,
  axisScale,
  axisTicks,
  type Frame,
  type Scale,
  upAxis,
  upAxisWidth,
} from './axis.ts';
import { legend, legendHeight } from './legend.ts';
import { marker } from './marker.ts';
import { checkTone, fillOf, LIGHT, strokeOf, toneOf } from './palette.ts';
import { label, type PictureText, picture, rounded } from './picture.ts';

/** A point of a curve. */
export interface CurvePoint {
  /** In the unit of the horizontal axis; finite. */
  readonly x: number;
  /** In the unit of the upright axis; finite. */
  readonly y: number;
}

/** The limits of a confidence band at one place. */
export interface BandPoint {
  /** In the unit of the horizontal axis; finite. */
  readonly x: number;
  /** In the unit of the upright axis; finite. */
  readonly lower: number;
  /** In the unit of the upright axis; finite. */
  readonly upper: number;
}

/** One curve of a plot. */
export interface LineSeries {
  /** Shown in the legend below the plot. */
  readonly name: string;
  /** In the order in which they are joined. */
  readonly points: readonly CurvePoint[];
  /** Drawn as a pale area behind the curve. */
  readonly band?: readonly BandPoint[];
  /** 'line' (default) joins the points, 'steps' holds each value until the next, 'marks' only marks them, 'line-and-marks' both. */
  readonly draw?: 'line' | 'steps' | 'marks' | 'line-and-marks';
  /** Area of a mark in square pixels, smaller for many; default 64. */
  readonly markArea?: number;
  /** Colour, dash pattern and marker shape, 0 to 5; by default those of its place in the list. */
  readonly tone?: number;
}

/** A thin line across the plot: a value of one axis, such as a margin, or the diagonal y = x. */
export type ReferenceLine =
  | {
      /** The axis that has the value: 'x' gives an upright line. */
      readonly axis: 'x' | 'y';
      /** In the unit of that axis; finite. */
      readonly value: number;
      /** Beside the line; default: none. */
      readonly label?: string;
    }
  | {
      /** y = x, as far as both axes reach. */
      readonly axis: 'diagonal';
      /** Beside the line; default: none. */
      readonly label?: string;
    };

/** Options of {@link linePlot}. */
export interface LinePlotOptions extends PictureText {
  /** The horizontal axis. */
  readonly x: AxisOptions;
  /** The upright axis. */
  readonly y: AxisOptions;
  /** Drawn behind the curves; they do not widen the axes. */
  readonly references?: readonly ReferenceLine[];
  /** Width of the picture in pixels; default 480. */
  readonly width?: number;
  /** Its height without the legend below it; default 340. */
  readonly height?: number;
}

/**
 * Curves with optional confidence bands as one SVG text. Series differ by colour, dash pattern and
 * marker shape, and are named below the plot.
 *
 * @param series at least one; points are finite numbers in data units
 * @returns a self-contained `<svg>`; every text in it is escaped
 * @throws RangeError if there is no series, a value is not finite, a tone is outside 0–5 or a domain
 *   does not rise
 * @example
 * ```ts
 * linePlot([{ name: 'accuracy', points: [{ x: 1, y: 0.6 }, { x: 2, y: 0.7 }] }], {
 *   title: 'Learning', x: { label: 'order' }, y: { label: 'accuracy' },
 * }).startsWith('<svg'); // => true
 * ```
 */
export function linePlot(series: readonly LineSeries[], options: LinePlotOptions): string {
  const { title, description = describe(series), references = [] } = options;
  const { width = 480, height = 340 } = options;
  checkSeries(series, references);
  const rows = series.map(({ name, draw = 'line', tone }, i) => ({
    name,
    tone: tone ?? toneOf(i),
    line: draw !== 'marks',
    mark: draw === 'marks' || draw === 'line-and-marks',
  }));
  const y = axisScale('linePlot', options.y, valuesOf(series, 'y'), [height - 48, 12]);
  const upTicks = axisTicks(y, 6, options.y.format);
  const frame: Frame = {
    left: upAxisWidth(upTicks),
    right: width - 18,
    top: 12,
    bottom: height - 48,
  };
  const x = axisScale('linePlot', options.x, valuesOf(series, 'x'), [frame.left, frame.right]);
  const content = [
    acrossAxis(frame, axisTicks(x, 6, options.x.format), options.x.label),
    upAxis(frame, upTicks, options.y.label),
    ...references.map((reference) => referenceLine(reference, { x, y }, frame)),
    ...series.map((one, i) => band(one, { x, y }, rows[i]!.tone)),
    ...series.map((one, i) => curve(one, { x, y }, rows[i]!.tone)),
    legend(rows, { x: frame.left, y: height + 4 }, frame.right - frame.left),
  ];
  const size = { width, height: height + legendHeight(rows.length) };
  return picture(size, { title, description }, content.join(''));
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function band({ band: limits }: LineSeries, { x, y }: Scales, tone: number): string {
  if (!limits || limits.length === 0) return '';
  const shape = area<BandPoint>(
    (point) => x(point.x),
    (point) => y(point.lower),
    (point) => y(point.upper),
  ).digits(1)(limits);
  return `<path ${fillOf(tone)} fill-opacity="0.16" d="${shape}"/>`;
}

function curve(
  { name, points, draw = 'line', markArea }: LineSeries,
  { x, y }: Scales,
  tone: number,
): string {
  const places = thinned(
    points.map((point) => ({ x: rounded(x(point.x)), y: rounded(y(point.y)) })),
  );
  const joined = line<CurvePoint>(
    (place) => place.x,
    (place) => place.y,
  )
    .curve(draw === 'steps' ? curveStepAfter : curveLinear)
    .digits(1)(places);
  const path =
    draw === 'marks' || points.length === 0
      ? ''
      : `<path ${strokeOf(tone)} stroke-width="2.2" stroke-linejoin="round" d="${joined}"/>`;
  const marked = draw === 'marks' || draw === 'line-and-marks';
  const mark = (point: CurvePoint): string => {
    const title = `${name}: ${point.x}, ${point.y}`;
    return marker({ x: x(point.x), y: y(point.y) }, tone, { title, area: markArea });
  };
  return path + (marked ? points.map(mark).join('') : '');
}

/** Without points that do not move the pen: a curve of a million cases stays a small picture. */
function thinned(places: readonly CurvePoint[]): readonly CurvePoint[] {
  const kept: CurvePoint[] = [];
  for (const place of places) {
    const [before, last] = [kept.at(-2), kept.at(-1)];
    if (last && last.x === place.x && last.y === place.y) continue;
    const straight =
      before &&
      last &&
      ((before.x === last.x && last.x === place.x && between(before.y, last.y, place.y)) ||
        (before.y === last.y && last.y === place.y && between(before.x, last.x, place.x)));
    if (straight) kept.pop();
    kept.push(place);
  }
  return kept;
}

function between(a: number, b: number, c: number): boolean {
  return (a <= b && b <= c) || (a >= b && b >= c);
}

function referenceLine(reference: ReferenceLine, { x, y }: Scales, frame: Frame): string {
  const { path, place, anchor } = ruleOf(reference, { x, y }, frame);
  const { label: text } = reference;
  const words = text === undefined ? '' : label(text, place, { soft: true, anchor });
  return `<path class="rule" d="${path}" stroke="${LIGHT.soft}" stroke-dasharray="4 4"/>${words}`;
}

/** The path of a reference line and where its label stands. */
function ruleOf(
  reference: ReferenceLine,
  { x, y }: Scales,
  { left, right, top, bottom }: Frame,
): { path: string; place: CurvePoint; anchor: 'start' | 'end' } {
  if (reference.axis === 'diagonal') {
    const from = Math.max(x.domain()[0]!, y.domain()[0]!);
    const to = Math.min(x.domain()[1]!, y.domain()[1]!);
    const path = `M${rounded(x(from))} ${rounded(y(from))}L${rounded(x(to))} ${rounded(y(to))}`;
    const near = from + (to - from) * 0.82;
    return { path, place: { x: x(near) + 10, y: y(near) + 14 }, anchor: 'start' };
  }
  if (reference.axis === 'x') {
    const at = rounded(x(reference.value));
    return { path: `M${at} ${top}V${bottom}`, place: { x: at + 5, y: top + 12 }, anchor: 'start' };
  }
  const at = rounded(y(reference.value));
  return { path: `M${left} ${at}H${right}`, place: { x: right - 4, y: at - 5 }, anchor: 'end' };
}

function* valuesOf(series: readonly LineSeries[], axis: 'x' | 'y'): Generator<number> {
  for (const { points, band: limits = [] } of series) {
    for (const point of points) yield point[axis];
    for (const point of limits) {
      if (axis === 'x') yield point.x;
      else yield* [point.lower, point.upper];
    }
  }
}

function checkSeries(series: readonly LineSeries[], references: readonly ReferenceLine[]): void {
  if (series.length === 0) {
    throw new RangeError('linePlot: there must be at least one series, got 0');
  }
  for (const one of series) {
    for (const axis of ['x', 'y'] as const)
      checkFinite(`${axis} of ${one.name}`, valuesOf([one], axis));
    checkTone('linePlot', one.name, one.tone);
  }
  const values = references.flatMap((one) => (one.axis === 'diagonal' ? [] : [one.value]));
  checkFinite('a reference', values);
}

function checkFinite(what: string, values: Iterable<number>): void {
  for (const value of values) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`linePlot: ${what} must be finite, got ${value}`);
    }
  }
}

function describe(series: readonly LineSeries[]): string {
  return series
    .map(({ name, points }) => {
      const [first, last] = [points[0], points.at(-1)];
      return first && last
        ? `${name}: ${points.length} points from (${first.x}, ${first.y}) to (${last.x}, ${last.y})`
        : `${name}: no points`;
    })
    .join('; ');
}
