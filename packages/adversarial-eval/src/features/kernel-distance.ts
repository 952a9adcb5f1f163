import { checkFeatures } from './feature-moments.ts';

/**
 * Kernel distance, the KID if the features are Inception's: the unbiased squared maximum mean
 * discrepancy under k(x, y) = (xᵀy/d + 1)³,
 * Σ_(i≠j) k(xᵢ, xⱼ)/m(m−1) + Σ_(i≠j) k(yᵢ, yⱼ)/n(n−1) − 2 Σ k(xᵢ, yⱼ)/mn.
 * Being unbiased it may be negative, and its expectation does not depend on the number of images.
 *
 * @param real m feature vectors of length d
 * @param fake n feature vectors of length d
 * @throws RangeError if a set has fewer than 2 vectors, lengths differ, or a value is not finite
 * @example
 * ```ts
 * kernelDistance([[0], [0]], [[1], [1]]); // => 7
 * ```
 * @see Bińkowski et al. 2018, Demystifying MMD GANs, arXiv 1801.01401
 */
export function kernelDistance(
  real: readonly ArrayLike<number>[],
  fake: readonly ArrayLike<number>[],
): number {
  if (real.length < 2 || fake.length < 2) {
    throw new RangeError(
      `kernelDistance: each set must have at least 2 vectors, got ${real.length} and ${fake.length}`,
    );
  }
  const dimension = real[0]!.length;
  for (const vector of [...real, ...fake]) checkFeatures('kernelDistance', vector, dimension);
  return withinMean(real) + withinMean(fake) - 2 * betweenMean(real, fake);
}

function kernel(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let product = 0;
  for (let i = 0; i < x.length; i++) product += x[i]! * y[i]!;
  return (product / x.length + 1) ** 3;
}

function withinMean(set: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (let i = 0; i < set.length; i++) {
    for (let j = 0; j < i; j++) sum += kernel(set[i]!, set[j]!);
  }
  return (2 * sum) / (set.length * (set.length - 1));
}

function betweenMean(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += kernel(x, y);
  return sum / (a.length * b.length);
}
