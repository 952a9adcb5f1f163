/** Both tails of a distribution at one point; they sum to 1, and each keeps its own digits. */
export interface Tails {
  /** P(X ≤ x). */
  readonly lower: number;
  /** P(X > x). */
  readonly upper: number;
  /** log P(X ≤ x): finite where `lower` has become 0. */
  readonly logLower: number;
  /** log P(X > x). */
  readonly logUpper: number;
}

export const ALL_LOWER: Tails = {
  lower: 1,
  upper: 0,
  logLower: 0,
  logUpper: Number.NEGATIVE_INFINITY,
};
export const ALL_UPPER: Tails = flipped(ALL_LOWER);

/** Both tails from the logarithm of the lower one, which should be the smaller. */
export function fromLogLower(logLower: number): Tails {
  const log = Math.min(0, logLower);
  const upper = -Math.expm1(log);
  return {
    lower: Math.exp(log),
    upper,
    logLower: log,
    logUpper: log < -1 ? Math.log1p(-Math.exp(log)) : Math.log(upper),
  };
}

/** Both tails from the logarithm of the upper one, which should be the smaller. */
export function fromLogUpper(logUpper: number): Tails {
  return flipped(fromLogLower(logUpper));
}

/** The tails of −X at −x. */
export function flipped(tails: Tails): Tails {
  return {
    lower: tails.upper,
    upper: tails.lower,
    logLower: tails.logUpper,
    logUpper: tails.logLower,
  };
}
