import type { AttackValidation } from './attack-validation.ts';

/** How {@link selectionScore} weighs fooling against change. */
export interface SelectionOptions {
  /** Fooling beyond this rate earns nothing; by default 0.98. */
  readonly fooledCap?: number;
  /** What a Loss_gen1 of 1 costs; by default 5, so that 0.002 costs as much as 1 % of fooling. */
  readonly changeCost?: number;
  /** Loss_gen1 from which on change costs 21 times as much; by default 0.0033. */
  readonly changeLimit?: number;
}

/**
 * The default score of a validated generator; training keeps the one with the greatest.
 *
 *     min(confidentlyFooled, 0.98) − 5 · Loss_gen1 − 100 · max(0, Loss_gen1 − 0.0033)
 *
 * It counts confident fooling, because a fake that has just crossed the victim's threshold on validation images is
 * not reliable on others.
 *
 * @example
 * ```ts
 * const validation = { images: 9, correct: 9, fooled: 1, confidentlyFooled: 1, meanLogOdds: 2, lossGen1: 0.003 };
 * selectionScore(validation).toFixed(3); // => '0.965'
 * ```
 */
export function selectionScore(
  validation: AttackValidation,
  { fooledCap = 0.98, changeCost = 5, changeLimit = 0.0033 }: SelectionOptions = {},
): number {
  const { confidentlyFooled, lossGen1 } = validation;
  const excess = Math.max(0, lossGen1 - changeLimit);
  return Math.min(confidentlyFooled, fooledCap) - changeCost * (lossGen1 + 20 * excess);
}
