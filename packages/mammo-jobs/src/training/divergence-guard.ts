/** When {@link divergenceGuard} ends a training. */
export interface DivergenceOptions {
  /** Steps whose losses are averaged; default 100. */
  readonly window?: number;
  /** How many times the lowest average a later one may be; default 10. */
  readonly factor?: number;
}

/**
 * Watches a loss that must not be negative, and ends a training that has gone astray before days are lost: on a loss that is no
 * number, and when the average of the last steps is more than `factor` times the lowest average of as many steps before.
 *
 * @returns takes the loss of each step, in their order
 * @throws RangeError if an option is out of range
 * @example
 * ```ts
 * const guard = divergenceGuard();
 * await trainCad(model, images, { ...options, onStep: ({ loss }) => guard(loss) });
 * ```
 */
export function divergenceGuard(options: DivergenceOptions = {}): (loss: number) => void {
  const { window = 100, factor = 10 } = options;
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`divergenceGuard: window must be a positive integer, got ${window}`);
  }
  if (!(factor > 1)) throw new RangeError(`divergenceGuard: factor must exceed 1, got ${factor}`);
  const last: number[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  let step = 0;
  return (loss) => {
    step += 1;
    if (!Number.isFinite(loss)) {
      throw new Error(`divergenceGuard: the loss must be finite, got ${loss} in step ${step}`);
    }
    last.push(loss);
    if (last.length > window) last.shift();
    if (last.length < window) return;
    const average = last.reduce((sum, value) => sum + value, 0) / window;
    if (average > factor * lowest) {
      throw new Error(
        `divergenceGuard: the average loss of ${window} steps must stay below ${factor} times the lowest, ${lowest.toPrecision(4)}, got ${average.toPrecision(4)} in step ${step}`,
      );
    }
    lowest = Math.min(lowest, average);
  };
}
