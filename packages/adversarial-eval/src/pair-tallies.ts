import { emptyTally, type Tally } from './intervals/clusters.ts';
import { type RateSettings, rateEstimate } from './intervals/rate-estimate.ts';
import type { PairColumns } from './pair-columns.ts';
import type { RatesByDirection } from './paired-evaluation.ts';
import type { AttackDirection } from './paired-record.ts';

/** Names of the counts that {@link pairTallies} makes. */
export type PairTallyName =
  | 'sensitivityBefore'
  | 'sensitivityAfter'
  | 'specificityBefore'
  | 'specificityAfter'
  | `${'fooled' | 'fooledOfAll'}:${AttackDirection | 'both'}`;

/** All counts of right and fooled images at a threshold, by patient, in one pass. */
export function pairTallies(
  { positive, real, fake, clusters }: PairColumns,
  threshold: number,
): Readonly<Record<PairTallyName, Tally>> {
  const { of, count } = clusters;
  const tallies: Record<PairTallyName, Tally> = {
    sensitivityBefore: emptyTally(count),
    sensitivityAfter: emptyTally(count),
    specificityBefore: emptyTally(count),
    specificityAfter: emptyTally(count),
    'fooled:remove': emptyTally(count),
    'fooled:insert': emptyTally(count),
    'fooled:both': emptyTally(count),
    'fooledOfAll:remove': emptyTally(count),
    'fooledOfAll:insert': emptyTally(count),
    'fooledOfAll:both': emptyTally(count),
  };
  const ofPositives = [
    tallies.sensitivityBefore,
    tallies.sensitivityAfter,
    tallies['fooled:remove'],
    tallies['fooledOfAll:remove'],
  ] as const;
  const ofNegatives = [
    tallies.specificityBefore,
    tallies.specificityAfter,
    tallies['fooled:insert'],
    tallies['fooledOfAll:insert'],
  ] as const;
  positive.forEach((flag, image) => {
    const patient = of[image]!;
    const [before, after, fooledOfCorrect, fooledOfAll] = flag ? ofPositives : ofNegatives;
    const right = real[image]! > threshold === (flag === 1);
    const stillRight = fake[image]! > threshold === (flag === 1);
    const fooled = right && !stillRight;
    add(before, patient, right);
    add(after, patient, stillRight);
    add(fooledOfAll, patient, fooled);
    add(tallies['fooledOfAll:both'], patient, fooled);
    if (!right) return;
    add(fooledOfCorrect, patient, fooled);
    add(tallies['fooled:both'], patient, fooled);
  });
  return tallies;
}

function add({ k, n }: Tally, patient: number, success: boolean): void {
  n[patient]!++;
  if (success) k[patient]!++;
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
