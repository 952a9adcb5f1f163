/** Mean and covariance of a set of feature vectors. */
export interface FeatureMoments {
  /** Vectors seen. */
  readonly n: number;
  /** Numbers per vector. */
  readonly dimension: number;
  /** One number per dimension. */
  readonly mean: Float64Array;
  /** Sample covariance (divisor n − 1), dimension × dimension, row by row; zeros for one vector. */
  readonly covariance: Float64Array;
}

/** Collects {@link FeatureMoments} vector by vector, in constant memory. */
export interface MomentsAccumulator {
  /** Adds a vector. @throws RangeError if its length or a value is wrong */
  add(features: ArrayLike<number>): void;
  /** @throws RangeError if nothing was added */
  moments(): FeatureMoments;
}

/**
 * Streaming mean and covariance in float64, by Welford's update, which does not lose digits when the
 * mean is large.
 *
 * @example
 * ```ts
 * const moments = momentsAccumulator();
 * for (const features of [[1, 2], [3, 6]]) moments.add(features);
 * [...moments.moments().covariance]; // => [2, 4, 4, 8]
 * ```
 * @see Welford 1962, Technometrics 4:419, doi 10.1080/00401706.1962.10490022
 */
export function momentsAccumulator(): MomentsAccumulator {
  let n = 0;
  let mean = new Float64Array(0);
  let deviation = new Float64Array(0);
  // upper triangle of Σ (x − mean)(x − mean)ᵀ
  let scatter = new Float64Array(0);
  return {
    add(features) {
      checkFeatures('momentsAccumulator', features, n === 0 ? null : mean.length);
      if (n === 0) {
        mean = new Float64Array(features.length);
        deviation = new Float64Array(features.length);
        scatter = new Float64Array(features.length ** 2);
      }
      n++;
      for (let i = 0; i < mean.length; i++) {
        deviation[i] = features[i]! - mean[i]!;
        mean[i]! += deviation[i]! / n;
      }
      addOuterProduct(scatter, deviation, (n - 1) / n);
    },
    moments() {
      if (n === 0) throw new RangeError('momentsAccumulator: there must be features, got none');
      const dimension = mean.length;
      const divisor = Math.max(1, n - 1);
      const covariance = Float64Array.from(scatter, (_, at) => {
        const [i, j] = [Math.floor(at / dimension), at % dimension];
        return scatter[Math.min(i, j) * dimension + Math.max(i, j)]! / divisor;
      });
      return { n, dimension, mean: mean.slice(), covariance };
    },
  };
}

/** @throws RangeError unless the vector has the length expected (any, if null) and finite values */
export function checkFeatures(
  caller: string,
  features: ArrayLike<number>,
  dimension: number | null,
): void {
  if (features.length === 0) {
    throw new RangeError(`${caller}: features must not be empty, got 0`);
  }
  if (dimension !== null && features.length !== dimension) {
    throw new RangeError(
      `${caller}: all features must have length ${dimension}, got ${features.length}`,
    );
  }
  for (let i = 0; i < features.length; i++) {
    if (!Number.isFinite(features[i])) {
      throw new RangeError(`${caller}: features must be finite, got ${features[i]} at ${i}`);
    }
  }
}

function addOuterProduct(upper: Float64Array, vector: Float64Array, weight: number): void {
  const { length } = vector;
  for (let i = 0; i < length; i++) {
    const factor = vector[i]! * weight;
    if (factor === 0) continue;
    const row = i * length;
    for (let j = i; j < length; j++) upper[row + j]! += factor * vector[j]!;
  }
}
