import type { AttackHistoryRow } from './attack-position.ts';
import type { AttackStage } from './attack-stage.ts';

/**
 * Lowers what a change costs, in Loss_gen1 and beyond, for as long as too few fakes fool: the least change that fools enough
 * is not known beforehand, and depends on the AI. Not the paper's.
 */
export interface PriceFall {
  /** The price falls after each validation of the stage whose fooling rate is below this share, in (0, 1]. */
  readonly below: number;
  /** Factor of `reconstructionWeight` and of both terms of `changePenalty` at each fall, in (0, 1). */
  readonly by: number;
}

/**
 * The stage with the price as it stands, `by`ⁿ of the first one after n validations with too few fooled. It follows from the
 * history alone, so that an interrupted training goes on with it.
 */
export function withPresentPrice(
  stage: AttackStage,
  history: readonly AttackHistoryRow[],
): AttackStage {
  const { priceFalls, changePenalty, reconstructionWeight = 1 } = stage;
  if (priceFalls === undefined) return stage;
  const falls = history.filter(
    ({ stage: name, validation }) =>
      name === stage.name && validation !== undefined && validation.fooled < priceFalls.below,
  );
  const share = priceFalls.by ** falls.length;
  return {
    ...stage,
    reconstructionWeight: share * reconstructionWeight,
    ...(changePenalty && {
      changePenalty: {
        smoothness: share * changePenalty.smoothness,
        sparsity: share * changePenalty.sparsity,
      },
    }),
  };
}
