import { type Clusters, type Tally, tallyBy } from './clusters.ts';
import { called, pairOutcome } from './pair-outcome.ts';
import type { RatesByDirection } from './paired-evaluation.ts';
import type { AttackDirection, PairedRecord } from './paired-record.ts';
import { type RateSettings, rateEstimate } from './rate-estimate.ts';

/** Pairs with their patients. */
export interface PairSet {
  readonly pairs: readonly PairedRecord[];
  readonly clusters: Clusters;
}

/** Names of the counts that {@link pairTallies} makes. */
export type PairTallyName =
  | 'sensitivityBefore'
  | 'sensitivityAfter'
  | 'specificityBefore'
  | 'specificityAfter'
  | `${'fooled' | 'fooledOfAll'}:${AttackDirection | 'both'}`;

/** All counts of right and fooled images at a threshold, by patient. */
export function pairTallies(
  { pairs, clusters }: PairSet,
  threshold: number,
): Readonly<Record<PairTallyName, Tally>> {
  const right = (label: PairedRecord['label'], score: 'scoreReal' | 'scoreFake') =>
    tallyBy(clusters, (image) => {
      const pair = pairs[image]!;
      return pair.label === label ? called(pair[score], threshold) === label : null;
    });
  const outcomes = pairs.map((pair) => pairOutcome(pair, threshold));
  const fooled = (direction: AttackDirection | 'both', withSkipped: boolean) =>
    tallyBy(clusters, (image) => {
      if (direction !== 'both' && pairs[image]!.direction !== direction) return null;
      if (outcomes[image] === 'skipped' && !withSkipped) return null;
      return outcomes[image] === 'fooled';
    });
  return {
    sensitivityBefore: right('positive', 'scoreReal'),
    sensitivityAfter: right('positive', 'scoreFake'),
    specificityBefore: right('negative', 'scoreReal'),
    specificityAfter: right('negative', 'scoreFake'),
    'fooled:remove': fooled('remove', false),
    'fooled:insert': fooled('insert', false),
    'fooled:both': fooled('both', false),
    'fooledOfAll:remove': fooled('remove', true),
    'fooledOfAll:insert': fooled('insert', true),
    'fooledOfAll:both': fooled('both', true),
  };
}

/** Fooling rates of the initially correct, by direction. */
export function foolingRates(
  tallies: Readonly<Record<PairTallyName, Tally>>,
  settings: RateSettings,
): RatesByDirection {
  return {
    remove: rateEstimate(tallies['fooled:remove'], settings),
    insert: rateEstimate(tallies['fooled:insert'], settings),
    both: rateEstimate(tallies['fooled:both'], settings),
  };
}
