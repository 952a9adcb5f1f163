import type { Count } from '@mammo/reader-study-stats';
import type { BudgetCurve } from '../budget-curve.ts';
import { pairOutcome } from '../pair-outcome.ts';
import type { PairedRecord } from '../paired-record.ts';
import {
  type AttackCounts,
  type ControlOutcome,
  controlFlags,
  maskingFlags,
} from './attack-flags.ts';
import { type PixelPair, pixelFlags } from './pixel-flags.ts';
import type { SanityFlag } from './sanity-flag.ts';
import { type RepeatedScores, repeatFlags, scoreFlags } from './score-flags.ts';
import { leakFlags, setFlags } from './set-flags.ts';

/** What {@link sanityFlags} looks at: the more it is given, the more it can see. */
export interface SanityInput {
  /** Need not be valid: whoever has doubts has bad records. */
  readonly records: readonly PairedRecord[];
  /** What the scores are said to be. */
  readonly scoreKind: 'probability' | 'logit';
  /** Default 0.5 for probabilities, 0 for logits. */
  readonly threshold?: number;
  /** The same images scored a second time. */
  readonly secondRun?: readonly RepeatedScores[];
  /** The images themselves, to see whether fakes are images at all. */
  readonly pixels?: {
    /** Gone through once, one in memory at a time. */
    readonly pairs: Iterable<PixelPair>;
    /** Least and greatest possible pixel. */
    readonly range: readonly [number, number];
  };
  /** Patients that the model was trained on; none of them should be evaluated. */
  readonly trainPatientIds?: readonly string[];
  /** Mean NMSE of the attack, for the controls. */
  readonly nmse?: number;
  /** Blur and noise of the attack's size; looked at only beside `nmse`. */
  readonly controls?: readonly ControlOutcome[];
  /** Counts of attacks of known order, to see masked gradients. */
  readonly attacks?: AttackCounts;
  /** Of `budgetCurve`: a larger budget should fool no fewer. */
  readonly budget?: BudgetCurve;
}

const ORDER = { error: 0, warning: 1, note: 2 } as const;

/**
 * Looks for what makes an evaluation's numbers doubtful: AutoAttack's flags, and those of medicine. It
 * never throws for bad records: it is there to find them. Errors come first.
 *
 * @returns empty if nothing was seen in what was given
 * @example
 * ```ts
 * sanityFlags({ records: [], scoreKind: 'probability' }).map(({ id }) => id); // => ['small-class', 'small-class']
 * ```
 * @see Croce and Hein 2020, AutoAttack, arXiv 2003.01690; Carlini et al. 2019, arXiv 1902.06705
 */
export function sanityFlags(input: SanityInput): readonly SanityFlag[] {
  const { scoreKind, nmse, pixels } = input;
  const threshold = input.threshold ?? (scoreKind === 'logit' ? 0 : 0.5);
  const records = input.records.filter(
    ({ scoreReal, scoreFake }) => Number.isFinite(scoreReal) && Number.isFinite(scoreFake),
  );
  const flags = [
    ...scoreFlags(records, scoreKind),
    ...setFlags(records, threshold),
    ...(input.secondRun ? repeatFlags(records, input.secondRun, threshold) : []),
    ...(input.trainPatientIds ? leakFlags(records, input.trainPatientIds) : []),
    ...(pixels ? pixelFlags(pixels.pairs, pixels.range) : []),
    ...(nmse !== undefined && input.controls
      ? controlFlags({ nmse, fooled: fooledOf(records, threshold) }, input.controls)
      : []),
    ...maskingFlags(input.attacks ?? {}, input.budget),
  ];
  return flags.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function fooledOf(records: readonly PairedRecord[], threshold: number): Count {
  const outcomes = records.map((record) => pairOutcome(record, threshold));
  const k = outcomes.filter((outcome) => outcome === 'fooled').length;
  return { k, n: outcomes.filter((outcome) => outcome !== 'skipped').length };
}
