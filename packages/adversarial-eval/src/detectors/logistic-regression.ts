import { choleskyFactor, solveSymmetric } from '../matrix/cholesky.ts';
import { isObject, numberProblems, shown } from './detector-state.ts';

/** A linear score of feature vectors: intercept + Σ weights·(x − center)/scale, the log odds of a fake. */
export type LogisticModel = {
  readonly center: readonly number[];
  readonly scale: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
};

/** Vectors of both classes, and how much large weights cost. */
export interface LogisticInput {
  readonly real: readonly ArrayLike<number>[];
  readonly fake: readonly ArrayLike<number>[];
  /** λ > 0 of the penalty; default 1. */
  readonly penalty?: number;
}

/**
 * Logistic regression with an L2 penalty on standardised features (mean 0 and variance 1 over both
 * classes together), by Newton's method: it minimises
 * Σ log(1 + e^(−y·f)) + λ/2·‖w‖², y = 1 for fakes and −1 for real; the intercept is free.
 *
 * scikit-learn's `make_pipeline(StandardScaler(), LogisticRegression(C=1/λ))` is the same. A feature that
 * does not vary gets weight 0; the penalty keeps weights finite where the classes can be separated.
 *
 * @throws RangeError if a class is absent, λ is not positive, or it is so small that Newton's method fails
 * @see Hastie, Tibshirani and Friedman 2009, Elements of Statistical Learning, section 4.4.1
 */
export function logisticRegression({ real, fake, penalty = 1 }: LogisticInput): LogisticModel {
  if (real.length === 0 || fake.length === 0) {
    throw new RangeError(
      `logisticRegression: both classes must have vectors, got ${real.length} real and ${fake.length} fake`,
    );
  }
  if (!(penalty > 0 && Number.isFinite(penalty))) {
    throw new RangeError(`logisticRegression: penalty must be finite and > 0, got ${penalty}`);
  }
  const vectors = [...real, ...fake];
  const { center, scale } = standardisation(vectors);
  const rows = vectors.map((vector) => withOne(vector, center, scale));
  const targets = vectors.map((_, i) => (i < real.length ? 0 : 1));
  const [intercept = 0, ...weights] = minimise({ rows, targets, penalty });
  return { center, scale, weights, intercept };
}

/** The log odds of a vector. */
export function logisticScore(model: LogisticModel, vector: ArrayLike<number>): number {
  const { center, scale, weights, intercept } = model;
  return weights.reduce(
    (sum, weight, i) => sum + (weight * (vector[i]! - center[i]!)) / scale[i]!,
    intercept,
  );
}

/** What is wrong with a loaded {@link LogisticModel} of so many features. */
export function logisticProblems(model: unknown, features: number): readonly string[] {
  if (!isObject(model)) return [`the regression must be an object, got ${shown(model)}`];
  const found = [
    ...numberProblems('center', model.center, features),
    ...numberProblems('scale', model.scale, features),
    ...numberProblems('weights', model.weights, features),
    ...numberProblems('intercept', [model.intercept]),
  ];
  if (found.length > 0) return found;
  const scale = model.scale as readonly number[];
  return scale.every((value) => value > 0) ? [] : ['scale must be positive'];
}

function standardisation(vectors: readonly ArrayLike<number>[]): {
  readonly center: readonly number[];
  readonly scale: readonly number[];
} {
  const { length } = vectors[0]!;
  const means = new Float64Array(length);
  const squares = new Float64Array(length);
  vectors.forEach((vector, index) => {
    for (let i = 0; i < length; i++) {
      const deviation = vector[i]! - means[i]!;
      means[i]! += deviation / (index + 1);
      squares[i]! += deviation * (vector[i]! - means[i]!);
    }
  });
  const scale = Array.from(squares, (sum, i) => {
    const sd = Math.sqrt(sum / vectors.length);
    return sd > 1e-12 * Math.abs(means[i]!) ? sd : 1;
  });
  return { center: [...means], scale };
}

/** The standardised vector after a leading 1. */
function withOne(
  vector: ArrayLike<number>,
  center: readonly number[],
  scale: readonly number[],
): Float64Array {
  return Float64Array.from({ length: center.length + 1 }, (_, i) =>
    i === 0 ? 1 : (vector[i - 1]! - center[i - 1]!) / scale[i - 1]!,
  );
}

interface Problem {
  readonly rows: readonly Float64Array[];
  /** 1 for fakes. */
  readonly targets: readonly number[];
  readonly penalty: number;
}

/** Newton's method, each step halved until the loss falls. */
function minimise(problem: Problem): Float64Array {
  let beta = new Float64Array(problem.rows[0]!.length);
  let loss = lossAt(problem, beta);
  for (let iteration = 0; iteration < 100; iteration++) {
    const { gradient, step } = newtonStep(problem, beta);
    const decrement = gradient.reduce((sum, slope, i) => sum + slope * step[i]!, 0);
    if (decrement < 1e-20 * (1 + loss)) return beta;
    let share = 1;
    let next = beta;
    let lower = Number.POSITIVE_INFINITY;
    for (; share > 1e-6 && !(lower < loss); share /= 2) {
      next = beta.map((value, i) => value - share * step[i]!);
      lower = lossAt(problem, next);
    }
    // no step lowers the loss any more: what is left is rounding
    if (!(lower < loss)) return beta;
    beta = next;
    loss = lower;
  }
  throw notConverged(problem);
}

function notConverged({ penalty }: Problem): RangeError {
  return new RangeError(
    `logisticRegression: the penalty must be large enough for Newton's method, got ${penalty}`,
  );
}

function lossAt({ rows, targets, penalty }: Problem, beta: Float64Array): number {
  let loss = 0;
  rows.forEach((row, i) => {
    const margin = (targets[i] ? 1 : -1) * dot(row, beta);
    loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
  });
  for (let i = 1; i < beta.length; i++) loss += (penalty / 2) * beta[i]! ** 2;
  return loss;
}

/** Gradient g, and the step H⁻¹g. */
function newtonStep(
  problem: Problem,
  beta: Float64Array,
): { readonly gradient: Float64Array; readonly step: Float64Array } {
  const { rows, targets, penalty } = problem;
  const n = beta.length;
  const gradient = beta.map((value, i) => (i === 0 ? 0 : penalty * value));
  const hessian = new Float64Array(n * n);
  for (let i = 1; i < n; i++) hessian[i * n + i] = penalty;
  rows.forEach((row, index) => {
    const p = 1 / (1 + Math.exp(-dot(row, beta)));
    for (let i = 0; i < n; i++) {
      gradient[i]! += (p - targets[index]!) * row[i]!;
      const weighted = p * (1 - p) * row[i]!;
      for (let j = 0; j <= i; j++) hessian[i * n + j]! += weighted * row[j]!;
    }
  });
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) hessian[j * n + i] = hessian[i * n + j]!;
  const factor = choleskyFactor(hessian, n);
  if (factor.rank < n) throw notConverged(problem);
  return { gradient, step: solveSymmetric(factor, gradient) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
