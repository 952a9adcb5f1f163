import { checkFeatures, momentsAccumulator } from '../features/feature-moments.ts';
import { choleskyFactor, solveLower } from '../matrix/cholesky.ts';
import { isObject, numberProblems, shown } from './detector-state.ts';

/**
 * How far a covariance S of d features is drawn towards a multiple of the identity,
 * (1 − λ)·S + λ·(tr S/d)·I: a number λ in [0, 1], or 'oas', Chen's λ for Gaussian features.
 */
export type Shrinkage = number | 'oas';

/** Gaussians of several classes with one covariance. */
export type ClassGaussians = {
  readonly classes: readonly { readonly label: string; readonly mean: readonly number[] }[];
  /** Shrunken, d × d, row by row. */
  readonly covariance: readonly number[];
  /** λ that was used. */
  readonly shrinkage: number;
  /** Vectors of all classes. */
  readonly n: number;
};

/** Collects {@link ClassGaussians} vector by vector, in constant memory. */
export interface ClassGaussiansAccumulator {
  add(features: ArrayLike<number>, label: string): void;
  /** @throws RangeError if there are fewer than 2 vectors more than classes */
  gaussians(shrinkage: Shrinkage): ClassGaussians;
}

/**
 * Means μ_c by class and one covariance, S = 1/N · Σ_c Σ_(x in c) (x − μ_c)(x − μ_c)ᵀ, shrunk as
 * {@link Shrinkage} says.
 *
 * @see Lee, Lee, Lee and Shin 2018, A simple unified framework for detecting out-of-distribution samples
 *   and adversarial attacks, equation 1, arXiv 1807.03888
 * @see Chen, Wiesel, Eldar and Hero 2010, Shrinkage algorithms for MMSE covariance estimation, IEEE Trans
 *   Signal Process 58:5016, doi 10.1109/TSP.2010.2053029
 */
export function classGaussiansAccumulator(): ClassGaussiansAccumulator {
  const moments = new Map<string, ReturnType<typeof momentsAccumulator>>();
  let dimension: number | null = null;
  return {
    add(features, label) {
      checkFeatures('classGaussians', features, dimension);
      dimension = features.length;
      const ofClass = moments.get(label) ?? momentsAccumulator();
      ofClass.add(features);
      moments.set(label, ofClass);
    },
    gaussians(shrinkage) {
      const classes = [...moments].map(([label, ofClass]) => ({ label, ...ofClass.moments() }));
      const n = classes.reduce((sum, ofClass) => sum + ofClass.n, 0);
      if (n < classes.length + 2) {
        throw new RangeError(
          `classGaussians: there must be at least 2 vectors more than classes, got ${n} of ${classes.length} classes`,
        );
      }
      const covariance = new Float64Array((dimension ?? 0) ** 2);
      for (const ofClass of classes) {
        const weight = (ofClass.n - 1) / n;
        ofClass.covariance.forEach((value, at) => {
          covariance[at]! += weight * value;
        });
      }
      const used = shrinkage === 'oas' ? oracleShrinkage(covariance, n) : shrinkage;
      return {
        classes: classes.map(({ label, mean }) => ({ label, mean: [...mean] })),
        covariance: shrunk(covariance, used),
        shrinkage: used,
        n,
      };
    },
  };
}

/**
 * The squared Mahalanobis distance to the nearest class, min_c (x − μ_c)ᵀ Σ⁻¹ (x − μ_c).
 *
 * @throws RangeError if the covariance is singular; the function returned, if features are wrong
 */
export function mahalanobisDistance({
  classes,
  covariance,
}: ClassGaussians): (features: ArrayLike<number>) => number {
  const dimension = classes[0]!.mean.length;
  const factor = choleskyFactor(Float64Array.from(covariance), dimension);
  if (factor.rank < dimension) {
    throw new RangeError(
      `mahalanobisDistance: the covariance must have rank ${dimension}, got ${factor.rank}; shrink it`,
    );
  }
  return (features) => {
    checkFeatures('mahalanobisDistance', features, dimension);
    const distances = classes.map(({ mean }) => {
      const difference = Float64Array.from(mean, (center, i) => features[i]! - center);
      return solveLower(factor, difference).reduce((sum, z) => sum + z * z, 0);
    });
    return Math.min(...distances);
  };
}

/** What is wrong with loaded {@link ClassGaussians}. */
export function gaussianProblems(name: string, value: unknown): readonly string[] {
  if (!isObject(value)) return [`${name} must be an object, got ${shown(value)}`];
  const classes = Array.isArray(value.classes) ? value.classes.filter(isObject) : [];
  const first: unknown = classes[0]?.mean;
  if (!Array.isArray(first))
    return [`${name}.classes must have means, got ${shown(value.classes)}`];
  const found = [
    ...classes.flatMap(({ mean }) => numberProblems(`${name} mean`, mean, first.length)),
    ...numberProblems(`${name} covariance`, value.covariance, first.length ** 2),
  ];
  if (found.length > 0) return found;
  const covariance = Float64Array.from(value.covariance as readonly number[]);
  const { rank } = choleskyFactor(covariance, first.length);
  return rank === first.length ? [] : [`${name} covariance must have full rank, got ${rank}`];
}

/**
 * With m = tr S/d and q = tr S²/d², λ = min(1, (q + m²)/((n + 1)·(q − m²/d))), as scikit-learn has it.
 */
function oracleShrinkage(covariance: Float64Array, n: number): number {
  const d = Math.sqrt(covariance.length);
  let [trace, squares] = [0, 0];
  for (let i = 0; i < d; i++) trace += covariance[i * d + i]!;
  for (const value of covariance) squares += value * value;
  const m2 = (trace / d) ** 2;
  const q = squares / (d * d);
  const denominator = (n + 1) * (q - m2 / d);
  return denominator > 0 ? Math.min(1, (q + m2) / denominator) : 1;
}

function shrunk(covariance: Float64Array, shrinkage: number): readonly number[] {
  const d = Math.sqrt(covariance.length);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += covariance[i * d + i]!;
  return Array.from(
    covariance,
    (value, at) => (1 - shrinkage) * value + (at % (d + 1) === 0 ? (shrinkage * trace) / d : 0),
  );
}
