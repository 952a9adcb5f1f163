import type { MrmcCell, MrmcData } from '../mrmc/mrmc-data.ts';
import type { OperatingPoint } from '../report/roc-plot.ts';
import type { BinaryLabel } from '../roc/auc.ts';
import { rocCurve } from '../roc/roc-curve.ts';

/** The ROC curves of one test. */
export interface TestCurves {
  /** One of the study's `tests`: a modality or session. */
  readonly test: string;
  /** Mean sensitivity of the readers at each false-positive rate; its area is their mean area. */
  readonly average: readonly OperatingPoint[];
  /** Those who read under the test. */
  readonly readers: readonly {
    /** One of the study's `readers`. */
    readonly reader: string;
    /** Empirical, from (0, 0) to (1, 1). */
    readonly points: readonly OperatingPoint[];
  }[];
}

/** The empirical curves of every reader, by test. */
export function testCurves(data: MrmcData): readonly TestCurves[] {
  return data.tests.map((test, index) => {
    const readers = data.cells
      .filter((cell) => cell.test === index)
      .map((cell) => ({ reader: data.readers[cell.reader]!, points: cellCurve(cell) }));
    return { test, average: averageCurve(readers.map(({ points }) => points)), readers };
  });
}

function cellCurve({ positives, negatives }: MrmcCell): readonly OperatingPoint[] {
  const labels: readonly BinaryLabel[] = [
    ...Array<BinaryLabel>(positives.ratings.length).fill('positive'),
    ...Array<BinaryLabel>(negatives.ratings.length).fill('negative'),
  ];
  return rocCurve([...positives.ratings, ...negatives.ratings], labels).map(
    ({ falsePositiveRate, truePositiveRate }) => ({ falsePositiveRate, truePositiveRate }),
  );
}

/**
 * The mean of several curves over sensitivities: at every false-positive rate at which one of them has
 * a point, the mean of the lower and of the upper ends of their upright parts.
 */
function averageCurve(curves: readonly (readonly OperatingPoint[])[]): readonly OperatingPoint[] {
  const rates = [...new Set(curves.flat().map((point) => point.falsePositiveRate))];
  rates.sort((a, b) => a - b);
  const sums = rates.map(() => ({ lower: 0, upper: 0 }));
  for (const points of curves) {
    let at = 0;
    for (const [index, rate] of rates.entries()) {
      while (at + 1 < points.length && points[at + 1]!.falsePositiveRate < rate) at++;
      const lower = sensitivityAt(points, at, rate);
      let upper = lower;
      while (at + 1 < points.length && points[at + 1]!.falsePositiveRate === rate) {
        at++;
        upper = points[at]!.truePositiveRate;
      }
      sums[index]!.lower += lower / curves.length;
      sums[index]!.upper += Math.max(lower, upper) / curves.length;
    }
  }
  const points = rates.flatMap((falsePositiveRate, index) => {
    const { lower, upper } = sums[index]!;
    const start = { falsePositiveRate, truePositiveRate: Math.min(lower, 1) };
    const end = { falsePositiveRate, truePositiveRate: Math.min(upper, 1) };
    return lower === upper ? [start] : [start, end];
  });
  return points;
}

/** On the segment that starts at point `at` and reaches the rate. */
function sensitivityAt(points: readonly OperatingPoint[], at: number, rate: number): number {
  const from = points[at]!;
  const to = points[at + 1];
  const run = (to?.falsePositiveRate ?? rate) - from.falsePositiveRate;
  if (to === undefined || run <= 0 || from.falsePositiveRate >= rate) return from.truePositiveRate;
  const share = (rate - from.falsePositiveRate) / run;
  return from.truePositiveRate + share * (to.truePositiveRate - from.truePositiveRate);
}
