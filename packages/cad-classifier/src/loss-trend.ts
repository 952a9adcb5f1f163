/** How the loss of a training moves; plain JSON, kept in checkpoints. */
export interface LossTrend {
  /** Steps seen. */
  readonly count: number;
  /** Mean of the first losses. */
  readonly start: number;
  /** Exponentially weighted mean. */
  readonly recent: number;
}

/** Steps whose mean loss is what later losses are compared with. */
const START_STEPS = 20;
/** Weight of the past in the recent mean. */
const MEMORY = 0.9;
/** Loss of a classifier that says ½ to everything: 2 · (1 − ½)² · log 2. */
const CHANCE_LOSS = 0.5 * Math.log(2);

export const NO_TREND: LossTrend = { count: 0, start: 0, recent: 0 };

/** The trend with one more loss. */
export function withLoss({ count, start, recent }: LossTrend, loss: number): LossTrend {
  return {
    count: count + 1,
    start: count < START_STEPS ? start + (loss - start) / (count + 1) : start,
    recent: count === 0 ? loss : MEMORY * recent + (1 - MEMORY) * loss,
  };
}

/** The loss that the recent mean must not exceed: so many times the mean of the first steps, or that of chance. */
export function lossLimit({ count, start }: LossTrend, factor: number): number {
  return count < START_STEPS ? Number.POSITIVE_INFINITY : factor * Math.max(start, CHANCE_LOSS);
}
