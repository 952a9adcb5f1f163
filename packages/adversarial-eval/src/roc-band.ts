import { type RocPoint, rocCurve } from '@mammo/reader-study-stats';
import type { RocBandPoint } from '@mammo/reader-study-stats/report';
import { type Tally, tallyBy } from './intervals/clusters.ts';
import { wilsonClustered } from './intervals/wilson-clustered.ts';
import { pairColumns } from './pair-columns.ts';
import type { PairedRecord } from './paired-record.ts';

/** An empirical ROC curve with a confidence band. */
export interface RocBand {
  /** From (0, 0) to (1, 1), thresholds falling. */
  readonly points: readonly RocPoint[];
  /** Limits of the sensitivity, false-positive rates rising from 0 to 1. */
  readonly band: readonly RocBandPoint[];
  /** Of each threshold's rectangle; the whole curve may lie in the band less often. */
  readonly level: number;
}

/** Thresholds whose regions the band is made of. */
const REGIONS = 100;

/**
 * The ROC curve of real images ('real': their own labels) or of fakes ('fake-flipped': the labels that
 * they are meant to be taken for), with a band: for every threshold, sensitivity and false-positive rate
 * lie in the rectangle of their two clustered Wilson intervals of level √level with at least about the
 * probability `level`; the band is the union of these rectangles. It supposes nothing of the scores, takes
 * patients as independent, and is wide rather than narrow.
 *
 * @param pairs of both classes
 * @returns limits at false-positive rates that rise from 0 to 1
 * @throws RangeError if a class is absent
 * @example
 * ```ts
 * rocBand(evaluation.pairs, { images: 'real' }).band[0]?.falsePositiveRate; // => 0
 * ```
 * @see Hilgers 1991, Distribution-free confidence bounds for ROC curves, Methods Inf Med 30:96
 *
 * **Differences**: Hilgers's limits are those of order statistics; here Wilson's at the effective
 * number of images, so that a patient may have several.
 */
export function rocBand(
  pairs: readonly Pick<PairedRecord, 'label' | 'scoreReal' | 'scoreFake' | 'patientId'>[],
  options: { readonly images: 'real' | 'fake-flipped'; readonly level?: number },
): RocBand {
  const { images, level = 0.95 } = options;
  const columns = pairColumns(pairs);
  const flipped = images === 'fake-flipped';
  const scores = flipped ? columns.fake : columns.real;
  const isPositive = (image: number): boolean => (columns.positive[image] === 1) !== flipped;
  const points = rocCurve(
    scores,
    Array.from(scores, (_, image) => (isPositive(image) ? 'positive' : 'negative')),
  );
  const regions = evenly(points, REGIONS).map(({ threshold }) => {
    const rate = (positive: boolean): Limits => {
      const counted = (image: number) =>
        isPositive(image) === positive ? scores[image]! >= threshold : null;
      return limitsOf(tallyBy(columns.clusters, counted), Math.sqrt(level));
    };
    return { hits: rate(true), falseAlarms: rate(false) };
  });
  return { points, band: unionOf(regions), level };
}

interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** Where the true operating point of a threshold lies. */
interface Region {
  readonly hits: Limits;
  readonly falseAlarms: Limits;
}

function limitsOf(tally: Tally, level: number): Limits {
  const { lower, upper } = wilsonClustered(tally, level);
  return { lower, upper };
}

/** First, last, and others between them: at most count + 1. */
function evenly<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count + 1) return items;
  return Array.from(
    { length: count + 1 },
    (_, i) => items[Math.round((i * (items.length - 1)) / count)]!,
  );
}

/** The outline of the union of regions, whose corners rise together along the curve. */
function unionOf(regions: readonly Region[]): readonly RocBandPoint[] {
  const rates = new Set([0, 1]);
  for (const { falseAlarms } of regions) rates.add(falseAlarms.lower).add(falseAlarms.upper);
  return [...rates]
    .sort((a, b) => a - b)
    .map((falsePositiveRate) => {
      let [lower, upper] = [1, 0];
      for (const { hits, falseAlarms } of regions) {
        if (falseAlarms.upper >= falsePositiveRate) lower = Math.min(lower, hits.lower);
        if (falseAlarms.lower <= falsePositiveRate) upper = Math.max(upper, hits.upper);
      }
      return { falsePositiveRate, lower: Math.min(lower, upper), upper };
    });
}
