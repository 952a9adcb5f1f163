import type { BinaryLabel } from '@mammo/reader-study-stats';
import type { PairOutcome } from './paired-evaluation.ts';
import type { PairedRecord } from './paired-record.ts';

/**
 * What the attack did to one pair. A score above the threshold is called positive, one at the
 * threshold negative.
 *
 * @example
 * ```ts
 * pairOutcome({ label: 'positive', scoreReal: 0.8, scoreFake: 0.3 }, 0.5); // => 'fooled'
 * ```
 */
export function pairOutcome(
  record: Pick<PairedRecord, 'label' | 'scoreReal' | 'scoreFake'>,
  threshold: number,
): PairOutcome {
  if (called(record.scoreReal, threshold) !== record.label) return 'skipped';
  return called(record.scoreFake, threshold) === record.label ? 'resisted' : 'fooled';
}

/** What a score says at a threshold. */
export function called(score: number, threshold: number): BinaryLabel {
  return score > threshold ? 'positive' : 'negative';
}
