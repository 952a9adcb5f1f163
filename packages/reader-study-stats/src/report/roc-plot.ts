import { type BandPoint, type LineSeries, linePlot } from './line-plot.ts';
import type { PictureText } from './picture.ts';

/** A point of a ROC curve; `RocPoint` of `rocCurve` is one. */
export interface OperatingPoint {
  /** 1 − specificity, in [0, 1]. */
  readonly falsePositiveRate: number;
  /** Sensitivity, in [0, 1]. */
  readonly truePositiveRate: number;
}

/** Limits of the sensitivity at one false-positive rate. */
export interface RocBandPoint {
  /** In [0, 1]. */
  readonly falsePositiveRate: number;
  /** Sensitivity, in [0, 1]. */
  readonly lower: number;
  /** Sensitivity, in [0, 1]. */
  readonly upper: number;
}

/** One test or reader of a ROC plot. */
export interface RocSeries {
  /** Shown below the plot; put the area in it: "reader 1, AUC 0.92". */
  readonly name: string;
  /** From (0, 0) to (1, 1), joined by straight lines as the empirical curve is. */
  readonly points: readonly OperatingPoint[];
  /** A confidence band, drawn as a pale area. */
  readonly band?: readonly RocBandPoint[];
  /** 'curve' (default), or 'marks' for readers who only answer yes or no. */
  readonly draw?: 'curve' | 'marks';
  /** Colour, dash pattern and marker shape, 0 to 5; by default those of its place in the list. */
  readonly tone?: number;
}

/** Options of {@link rocPlot}. */
export interface RocPlotOptions extends PictureText {
  /** Width of the picture in pixels, default 420. */
  readonly width?: number;
  /** Default '1 − specificity'. */
  readonly xLabel?: string;
  /** Default 'sensitivity'. */
  readonly yLabel?: string;
}

/**
 * ROC curves with optional confidence bands, and points of single readers, as one SVG text on a
 * square of equal scales with the line of chance.
 *
 * @param series at least one; rates in [0, 1]
 * @throws RangeError if there is no series, or a rate lies outside [0, 1]
 * @example
 * ```ts
 * const points = rocCurve([0.9, 0.4, 0.6, 0.1], ['positive', 'positive', 'negative', 'negative']);
 * rocPlot([{ name: 'AI, AUC 0.75', points }], { title: 'ROC curve' }).startsWith('<svg'); // => true
 * ```
 */
export function rocPlot(series: readonly RocSeries[], options: RocPlotOptions): string {
  checkRates(series);
  const { width = 420, xLabel = '1 − specificity', yLabel = 'sensitivity' } = options;
  return linePlot(series.map(lineOf), {
    title: options.title,
    description: options.description ?? describe(series),
    x: { label: xLabel, domain: [0, 1] },
    y: { label: yLabel, domain: [0, 1] },
    references: [{ axis: 'diagonal', label: 'chance' }],
    width,
    height: width - 16, // equal scales: the axes take 76 pixels across and 60 upwards
  });
}

function lineOf({ name, points, band, draw = 'curve', tone }: RocSeries): LineSeries {
  const limits = band?.map(
    ({ falsePositiveRate, lower, upper }): BandPoint => ({ x: falsePositiveRate, lower, upper }),
  );
  return {
    name,
    points: points.map((point) => ({ x: point.falsePositiveRate, y: point.truePositiveRate })),
    ...(limits ? { band: limits } : {}),
    draw: draw === 'curve' ? 'line' : 'marks',
    ...(tone === undefined ? {} : { tone }),
  };
}

function checkRates(series: readonly RocSeries[]): void {
  if (series.length === 0)
    throw new RangeError('rocPlot: there must be at least one series, got 0');
  for (const { name, points, band = [] } of series) {
    const rates = [
      ...points.flatMap((point) => [point.falsePositiveRate, point.truePositiveRate]),
      ...band.flatMap((point) => [point.falsePositiveRate, point.lower, point.upper]),
    ];
    const bad = rates.find((rate) => !(rate >= 0 && rate <= 1));
    if (bad !== undefined) {
      throw new RangeError(`rocPlot: rates of ${name} must lie in [0, 1], got ${bad}`);
    }
  }
}

function describe(series: readonly RocSeries[]): string {
  return `Sensitivity against 1 − specificity: ${series.map(({ name }) => name).join('; ')}.`;
}
