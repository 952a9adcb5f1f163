import { type Count, newcombeInterval } from '@mammo/reader-study-stats';
import type { BudgetCurve } from '../budget-curve.ts';
import { percent, raise, type SanityFlag, type SanityFlagId } from './sanity-flag.ts';

/** What an artefact without any aim did: blur or noise of the attack's size. */
export interface ControlOutcome {
  /** Names the control in the flag's message: 'blur', 'noise'. */
  readonly kind: string;
  /** Loss_gen1 of the control. */
  readonly nmse: number;
  /** Fooled, of the images that the model had right. */
  readonly fooled: Count;
}

/** Fooled, of the images that the model had right, by kinds of attack that have a known order. */
export interface AttackCounts {
  /** With the victim's gradients: should fool at least as many as `blackBox`. */
  readonly whiteBox?: Count;
  /** Without the victim's gradients: from scores, or made against another model. */
  readonly blackBox?: Count;
  /** Several gradient steps: should fool at least as many as `singleStep`. */
  readonly iterative?: Count;
  /** One gradient step of the same size. */
  readonly singleStep?: Count;
  /** Following the gradient. */
  readonly gradient?: Count;
  /** Random directions of the same size. */
  readonly random?: Count;
  /** With no bound on the change: should always succeed. */
  readonly unbounded?: Count;
}

const MASKING = 'Athalye, Carlini and Wagner 2018, arXiv 1802.00420';

/** Whether artefacts of the same size fool nearly as often as the attack. */
export function controlFlags(
  attack: { readonly nmse: number; readonly fooled: Count },
  controls: readonly ControlOutcome[],
): readonly SanityFlag[] {
  return controls.flatMap(({ kind, nmse, fooled }) => {
    const flags: SanityFlag[] = [];
    if (!(Math.abs(nmse - attack.nmse) <= 0.1 * attack.nmse)) {
      flags.push(
        raise('control-not-matched', 'note', {
          message: `the control ${kind} has NMSE ${nmse.toPrecision(3)}, the attack ${attack.nmse.toPrecision(3)}: they differ by more than a tenth`,
          numbers: { control: nmse, attack: attack.nmse },
          reference: 'Zhou et al. 2021, doi 10.1038/s41467-021-27577-x (Loss_gen1)',
        }),
      );
    }
    if (fooled.n === 0 || attack.fooled.n === 0) return flags;
    const { estimate, lower } = newcombeInterval(attack.fooled, fooled);
    const shares = [attack.fooled.k / attack.fooled.n, fooled.k / fooled.n] as const;
    if (lower > 0 && shares[1] < 0.8 * shares[0]) return flags;
    flags.push(
      raise('control-fools-too', lower > 0 ? 'note' : 'warning', {
        message: `${kind} of about the same size fools ${percent(shares[1])} (${fooled.k}/${fooled.n}), the attack ${percent(shares[0])} (${attack.fooled.k}/${attack.fooled.n}): difference ${percent(estimate)}, at least ${percent(lower)} at 95 %`,
        numbers: { control: shares[1], attack: shares[0], difference: estimate, lower },
        reference: 'Ford et al. 2019, arXiv 1901.10513 (noise and adversarial examples)',
      }),
    );
    return flags;
  });
}

/** Signs that the attack is stopped by a missing gradient and not by a robust model. */
export function maskingFlags(attacks: AttackCounts, budget?: BudgetCurve): readonly SanityFlag[] {
  const { whiteBox, blackBox, iterative, singleStep, gradient, random, unbounded } = attacks;
  return [
    ...reversed('black-box-stronger', ['black-box', blackBox], ['white-box', whiteBox]),
    ...reversed('single-step-stronger', ['single-step', singleStep], ['iterative', iterative]),
    ...reversed('random-stronger', ['random', random], ['gradient', gradient]),
    ...unboundedFlags(unbounded),
    ...budgetFlags(budget),
  ];
}

function reversed(
  id: SanityFlagId,
  [weakName, weak]: readonly [string, Count | undefined],
  [strongName, strong]: readonly [string, Count | undefined],
): readonly SanityFlag[] {
  if (!weak?.n || !strong?.n || weak.k / weak.n < strong.k / strong.n) return [];
  if (weak.k === 0) return [];
  const [a, b] = [weak.k / weak.n, strong.k / strong.n];
  return [
    raise(id, 'warning', {
      message: `${weakName} attacks fool ${percent(a)} (${weak.k}/${weak.n}), ${strongName} ones only ${percent(b)} (${strong.k}/${strong.n}): a sign of masked gradients`,
      numbers: { weaker: a, stronger: b },
      reference: MASKING,
    }),
  ];
}

function unboundedFlags(unbounded: Count | undefined): readonly SanityFlag[] {
  if (!unbounded?.n || unbounded.k === unbounded.n) return [];
  const share = unbounded.k / unbounded.n;
  return [
    raise('unbounded-attack-resisted', 'warning', {
      message: `without a bound the attack fools ${percent(share)} (${unbounded.k}/${unbounded.n}), not all: it does not find what must exist`,
      numbers: { share },
      reference: MASKING,
    }),
  ];
}

function budgetFlags(budget: BudgetCurve | undefined): readonly SanityFlag[] {
  if (!budget || budget.decreasesAt.length === 0) return [];
  const at = budget.decreasesAt.join(', ');
  return [
    raise('larger-budget-weaker', 'warning', {
      message: `fewer images are fooled at budget ${at} than at the one below: a larger budget contains the smaller one`,
      numbers: { decreases: budget.decreasesAt.length },
      reference: MASKING,
    }),
  ];
}
