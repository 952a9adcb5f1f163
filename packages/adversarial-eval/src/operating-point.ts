import { type RateSettings, rateEstimate } from './intervals/rate-estimate.ts';
import type { PairColumns } from './pair-columns.ts';
import { foolingRates, pairTallies } from './pair-tallies.ts';
import type { OperatingPoint } from './paired-evaluation.ts';
import { chooseThreshold, type ThresholdPolicy } from './threshold-policy.ts';

/** The rates of pairs at the threshold of a policy. */
export function operatingPoint(
  columns: PairColumns,
  options: RateSettings & { readonly policy: ThresholdPolicy },
): OperatingPoint {
  const choice = chooseThreshold(options.policy);
  const tallies = pairTallies(columns, choice.threshold);
  return {
    ...choice,
    sensitivityBefore: rateEstimate(tallies.sensitivityBefore, options),
    specificityBefore: rateEstimate(tallies.specificityBefore, options),
    sensitivityAfter: rateEstimate(tallies.sensitivityAfter, options),
    specificityAfter: rateEstimate(tallies.specificityAfter, options),
    fooled: foolingRates(tallies, options),
  };
}
