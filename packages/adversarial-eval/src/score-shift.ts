import { clusterBy, tallyBy } from './clusters.ts';
import type { EvaluatedPair, ScoreShift } from './paired-evaluation.ts';
import { patientMean } from './patient-mean.ts';
import { type RateSettings, rateEstimate } from './rate-estimate.ts';

/** How far the scores of some pairs moved; at least one pair. */
export function scoreShift(pairs: readonly EvaluatedPair[], settings: RateSettings): ScoreShift {
  const clusters = clusterBy(pairs.map((pair) => pair.patientId));
  const shifts = pairs.map((pair) => pair.shift);
  const sorted = Float64Array.from(shifts).sort();
  const middle = sorted.length >> 1;
  const moved = tallyBy(clusters, (image) => {
    const { shift, intendedLabel } = pairs[image]!;
    return intendedLabel === 'positive' ? shift > 0 : shift < 0;
  });
  return {
    n: pairs.length,
    meanBefore: mean(pairs.map((pair) => pair.scoreReal)),
    meanAfter: mean(pairs.map((pair) => pair.scoreFake)),
    mean: mean(shifts),
    median: sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    least: sorted[0]!,
    greatest: sorted.at(-1)!,
    test: patientMean(shifts, clusters, { level: settings.level, method: 'patient-mean' }),
    asIntended: rateEstimate(moved, settings),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
