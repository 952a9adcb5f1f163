import { type BinaryLabel, splitByLabel } from './auc.ts';
import { rocCurve } from './roc-curve.ts';

/** An operating point and what it does to the cases at hand. */
export interface YoudenPoint {
  /** Half way between two scores, ±Infinity at the ends of the curve; "positive" means a score above it. */
  readonly threshold: number;
  /** Share of the positives above the threshold. */
  readonly sensitivity: number;
  /** Share of the negatives below the threshold. */
  readonly specificity: number;
  /** Sensitivity + r·specificity − 1, r = 1 without prevalence and cost. */
  readonly index: number;
  /** Share of all cases that are called right, in the sample's own mix. */
  readonly accuracy: number;
  /** Share of positives among the cases called positive, in the sample's own mix; null where none is. */
  readonly positivePredictiveValue: number | null;
  /** Share of negatives among the cases called negative; null where none is. */
  readonly negativePredictiveValue: number | null;
}

/** Options of {@link youdenPoints}. */
export interface YoudenOptions {
  /** Prevalence where the threshold will be used, inside (0, 1); default ½: both errors weigh the same. */
  readonly prevalence?: number;
  /** Cost of a missed positive in units of a false alarm; default 1. */
  readonly missCost?: number;
}

/**
 * The thresholds of the greatest Youden index, Se + Sp − 1; with a prevalence π and the cost c of a miss, of the greatest
 * Se + r·Sp − 1, r = (1 − π)/(c·π). More than one where they tie, falling. Chosen and measured on the same cases, they are
 * optimistic.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @throws RangeError as {@link areaUnderCurve}, or if prevalence or missCost is outside its range
 * @example
 * ```ts
 * const [best] = youdenPoints([4, 3, 1, 2, 1, 0], ['positive', 'positive', 'positive', 'negative', 'negative', 'negative']);
 * [best?.threshold, best?.specificity]; // => [2.5, 1]
 * ```
 * @see Youden 1950, Cancer 3:32; Perkins and Schisterman 2006, Am J Epidemiol 163:670, doi 10.1093/aje/kwj063
 */
export function youdenPoints(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: YoudenOptions = {},
): readonly YoudenPoint[] {
  const { prevalence = 0.5, missCost = 1 } = options;
  if (!(prevalence > 0 && prevalence < 1)) {
    throw new RangeError(`youdenPoints: prevalence must lie inside (0, 1), got ${prevalence}`);
  }
  if (!(missCost > 0 && Number.isFinite(missCost))) {
    throw new RangeError(`youdenPoints: missCost must be above 0, got ${missCost}`);
  }
  const { positives, negatives } = splitByLabel('youdenPoints', scores, labels, 1);
  const weight = (1 - prevalence) / (missCost * prevalence);
  const curve = rocCurve(scores, labels);
  const indexOf = ({ truePositiveRate, falsePositiveRate }: (typeof curve)[number]): number =>
    truePositiveRate + weight * (1 - falsePositiveRate) - 1;
  const best = Math.max(...curve.map(indexOf));
  return curve.flatMap((point, i) => {
    const index = indexOf(point);
    if (index < best - 1e-12) return [];
    const next = curve[i + 1]?.threshold ?? Number.NEGATIVE_INFINITY;
    const hits = Math.round(point.truePositiveRate * positives.length);
    const falseAlarms = Math.round(point.falsePositiveRate * negatives.length);
    const right = hits + negatives.length - falseAlarms;
    return {
      threshold: i === 0 ? Number.POSITIVE_INFINITY : (point.threshold + next) / 2,
      sensitivity: point.truePositiveRate,
      specificity: 1 - point.falsePositiveRate,
      index,
      accuracy: right / labels.length,
      positivePredictiveValue: shareOf(hits, hits + falseAlarms),
      negativePredictiveValue: shareOf(right - hits, labels.length - hits - falseAlarms),
    };
  });
}

function shareOf(k: number, n: number): number | null {
  return n === 0 ? null : k / n;
}
