import { normal } from '../distributions/normal.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { type BinormalCurve, binormalArea } from './binormal-curve.ts';
import { sampleQuantile, standardDeviation } from './bootstrap-interval.ts';
import { type RocPoint, rocCurve } from './roc-curve.ts';

/** Options of {@link smoothCurve}. */
export interface SmoothOptions {
  /**
   * 'binormal': the straight line of least squares through the points on the normal scale, Φ⁻¹(FPF)
   * regressed on Φ⁻¹(TPF) as in pROC's `smooth`; 'kernel': both distributions smoothed by normal kernels. No default.
   */
  readonly method: 'binormal' | 'kernel';
  /** Kernel bandwidths of the classes; default: Silverman's 0.9·min(sd, IQR/1.34)·n^(−1/5) of each. */
  readonly bandwidth?: {
    /** Standard deviation of the kernel of positives, > 0, in units of the score. */
    readonly positives: number;
    /** The same of negatives. */
    readonly negatives: number;
  };
  /** Number of points between (0, 0) and (1, 1); default 100. */
  readonly points?: number;
}

/** Result of {@link smoothCurve}. */
export type SmoothCurve =
  | {
      /** There is a curve. */
      readonly status: 'ok';
      /** Under the smooth curve itself, not under its points. */
      readonly area: number;
      /** From (0, 0) to (1, 1), false-positive rate rising. */
      readonly points: readonly Pick<RocPoint, 'falsePositiveRate' | 'truePositiveRate'>[];
    }
  | {
      /** Fewer than two points inside the square, a falling line, or a class without spread. */
      readonly status: 'degenerate';
      /** There is no curve. */
      readonly area: null;
      /** There is no curve. */
      readonly points: readonly [];
    };

const DEGENERATE = { status: 'degenerate', area: null, points: [] } as const;

/**
 * A smooth ROC curve with its area, for pictures and for areas that do not depend on ties. For inference
 * use {@link binormalFit}.
 *
 * Kernel: FPF(c) = mean Φ((y − c)/h₀), TPF(c) = mean Φ((x − c)/h₁), and the area is the mean of
 * Φ((x − y)/√(h₀² + h₁²)) over all pairs.
 *
 * **Difference** from pROC: areas are exact, not sums over 512 points; the bandwidth is that of each class.
 *
 * @throws RangeError as {@link areaUnderCurve}, or if a bandwidth is not positive
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'positive', 'negative', 'negative', 'negative'] as const;
 * smoothCurve([5, 3, 2, 4, 1, 0], labels, { method: 'kernel' }).area?.toFixed(2); // => '0.74'
 * ```
 * @see Zou, Hall and Shapiro 1997, Stat Med 16:2143
 */
export function smoothCurve(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: SmoothOptions,
): SmoothCurve {
  return options.method === 'binormal'
    ? straightLine(scores, labels, options)
    : kernelCurve(splitByLabel('smoothCurve', scores, labels, 1), options);
}

function straightLine(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  { points = 100 }: SmoothOptions,
): SmoothCurve {
  const line = normalScaleLine(scores, labels);
  if (line === null) return DEGENERATE;
  const { a, b } = line;
  return {
    status: 'ok',
    area: binormalArea({ a, b }).estimate,
    points: closed(
      Array.from({ length: points }, (_, i) => {
        const falsePositiveRate = (i + 1) / (points + 1);
        const truePositiveRate = normal.cdf(a + b * normal.quantile(falsePositiveRate));
        return { falsePositiveRate, truePositiveRate };
      }),
    ),
  };
}

/** The straight line of least squares on the normal scale; null where there are too few points, or it falls. */
export function normalScaleLine(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
): BinormalCurve | null {
  const inside = (rate: number) => rate > 0 && rate < 1;
  const deviates = rocCurve(scores, labels)
    .filter((point) => inside(point.falsePositiveRate) && inside(point.truePositiveRate))
    .map((point) => [
      normal.quantile(point.falsePositiveRate),
      normal.quantile(point.truePositiveRate),
    ]) as [number, number][];
  const center = (axis: 0 | 1) =>
    deviates.reduce((sum, point) => sum + point[axis], 0) / deviates.length;
  const [meanX, meanY] = [center(0), center(1)];
  let [yy, xy] = [0, 0];
  for (const [x, y] of deviates) {
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  if (!(xy > 0)) return null;
  const b = yy / xy;
  return { a: meanY - b * meanX, b };
}

function kernelCurve(
  { positives, negatives }: { readonly positives: Float64Array; readonly negatives: Float64Array },
  { bandwidth, points = 100 }: SmoothOptions,
): SmoothCurve {
  const high = bandwidth?.positives ?? silverman(positives);
  const low = bandwidth?.negatives ?? silverman(negatives);
  if (bandwidth !== undefined && !(high > 0 && low > 0)) {
    throw new RangeError(`smoothCurve: bandwidth must be above 0, got ${high} and ${low}`);
  }
  if (!(high > 0 && low > 0)) return DEGENERATE;
  const spread = Math.hypot(high, low);
  let area = 0;
  for (const x of positives) for (const y of negatives) area += normal.cdf((x - y) / spread);
  const all = [...positives, ...negatives];
  const reach = 3 * Math.max(high, low);
  const top = Math.max(...all) + reach;
  const step = (top - Math.min(...all) + reach) / (points + 1);
  const above = (values: Float64Array, cut: number, width: number) =>
    values.reduce((sum, value) => sum + normal.cdf((value - cut) / width), 0) / values.length;
  return {
    status: 'ok',
    area: area / positives.length / negatives.length,
    points: closed(
      Array.from({ length: points }, (_, i) => {
        const cut = top - (i + 1) * step;
        return {
          falsePositiveRate: above(negatives, cut, low),
          truePositiveRate: above(positives, cut, high),
        };
      }),
    ),
  };
}

type Points = Extract<SmoothCurve, { status: 'ok' }>['points'];

function closed(inner: Points): Points {
  const [start, end] = [0, 1].map((x) => ({ falsePositiveRate: x, truePositiveRate: x }));
  return [start!, ...inner, end!];
}

/** R's bw.nrd0; 0 where all values are equal or there is one only. */
export function silverman(values: Float64Array): number {
  const n = values.length;
  const sorted = values.slice().sort();
  const deviation = standardDeviation(sorted);
  const quartiles = (sampleQuantile(sorted, 0.75) - sampleQuantile(sorted, 0.25)) / 1.34;
  const width = quartiles > 0 ? Math.min(deviation, quartiles) : deviation;
  return n < 2 ? 0 : 0.9 * width * n ** -0.2;
}
