import { tallyBy } from './intervals/clusters.ts';
import { patientMean } from './intervals/patient-mean.ts';
import { type RateSettings, rateEstimate } from './intervals/rate-estimate.ts';
import type { PairColumns } from './pair-columns.ts';
import type { ScoreShift } from './paired-evaluation.ts';

/** How far the scores of the pairs of one class moved; at least one pair. */
export function scoreShift(
  { positive, real, fake, clusters }: PairColumns,
  settings: RateSettings,
): ScoreShift {
  const shifts = real.map((score, image) => fake[image]! - score);
  const sorted = shifts.slice().sort();
  const middle = sorted.length >> 1;
  const moved = tallyBy(clusters, (image) =>
    positive[image] ? shifts[image]! < 0 : shifts[image]! > 0,
  );
  return {
    n: shifts.length,
    meanBefore: mean(real),
    meanAfter: mean(fake),
    mean: mean(shifts),
    median: sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    least: sorted[0]!,
    greatest: sorted.at(-1)!,
    test: patientMean(shifts, clusters, { level: settings.level, method: 'patient-mean' }),
    asIntended: rateEstimate(moved, settings),
  };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
