/**
 * What a model gives for an image. 'probability': of the positive class. 'logit': its log odds.
 * 'two-logits', 'two-probabilities': one number per class, the positive one second.
 */
export type ModelOutput = 'probability' | 'logit' | 'two-logits' | 'two-probabilities';

/** How many numbers a model gives for an image. */
export function outputWidth(output: ModelOutput): 1 | 2 {
  return output === 'probability' || output === 'logit' ? 1 : 2;
}

/**
 * The probability of the positive class, in float64: of a logit 1/(1 + e^−x), of two logits that of
 * their difference.
 *
 * @param values as many as {@link outputWidth} says
 */
export function positiveProbability(values: readonly number[], output: ModelOutput): number {
  const [first = Number.NaN, second = Number.NaN] = values;
  switch (output) {
    case 'probability':
      return first;
    case 'two-probabilities':
      return second;
    case 'logit':
      return logistic(first);
    case 'two-logits':
      return logistic(second - first);
    default:
      throw new RangeError(`positiveProbability: output is unknown, got ${output satisfies never}`);
  }
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
