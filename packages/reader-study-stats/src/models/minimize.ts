import { mirrored } from './design-products.ts';

/** A function with its gradient. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Where the search ended. */
export interface Minimum extends Evaluation {
  readonly at: Float64Array;
  readonly converged: boolean;
}

const ITERATIONS = 300;

/**
 * A local minimum by the BFGS method: quasi-Newton steps, halved until the value falls by a share of
 * what the slope promises.
 *
 * @param evaluate value and gradient
 * @param start where to begin
 * @param inverseHessian a first guess, row-major; its scale is what makes the search short
 * @see Nocedal and Wright 2006, Numerical Optimization, algorithm 6.1
 */
export function minimize(
  evaluate: (at: Float64Array) => Evaluation,
  start: Float64Array,
  inverseHessian: Float64Array,
): Minimum {
  const inverse = inverseHessian.slice();
  let at = start;
  let now = evaluate(at);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const step = times(inverse, now.gradient).map((value) => -value);
    const slope = inner(step, now.gradient);
    if (slope > -1e-13 * (1 + Math.abs(now.value))) return { at, ...now, converged: true };
    const next = search(evaluate, { at, now, step, slope });
    if (next === null) {
      return { at, ...now, converged: slope > -1e-9 * (1 + Math.abs(now.value)) };
    }
    const moved = next.at.map((value, j) => value - at[j]!);
    const turned = next.gradient.map((value, j) => value - now.gradient[j]!);
    update(inverse, moved, turned);
    at = next.at;
    now = next;
  }
  return { at, ...now, converged: false };
}

/**
 * The matrix of second derivatives by central differences of the gradient, row-major.
 *
 * @param gradient of the function
 * @param at where
 */
export function numericalHessian(
  gradient: (at: Float64Array) => Float64Array,
  at: Float64Array,
): Float64Array {
  const size = at.length;
  const hessian = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const step = 1e-4 * Math.max(1, Math.abs(at[j]!));
    const [above, below] = [1, -1].map((sign) =>
      gradient(at.map((value, k) => (k === j ? value + sign * step : value))),
    );
    for (let k = 0; k < size; k++) {
      hessian[j * size + k] = (above![k]! - below![k]!) / (2 * step);
    }
  }
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) {
      hessian[j * size + k] = (hessian[j * size + k]! + hessian[k * size + j]!) / 2;
    }
  }
  return mirrored(hessian, size);
}

function search(
  evaluate: (at: Float64Array) => Evaluation,
  {
    at,
    now,
    step,
    slope,
  }: {
    readonly at: Float64Array;
    readonly now: Evaluation;
    readonly step: Float64Array;
    readonly slope: number;
  },
): (Evaluation & { readonly at: Float64Array }) | null {
  for (let share = 1; share > 1e-10; share /= 2) {
    const place = at.map((value, j) => value + share * step[j]!);
    const found = evaluate(place);
    if (found.value <= now.value + 1e-4 * share * slope) return { at: place, ...found };
  }
  return null;
}

/** H ← (I − ρsyᵀ)·H·(I − ρysᵀ) + ρssᵀ, ρ = 1/yᵀs; skipped where the curvature is not positive. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array): void {
  const size = s.length;
  const curvature = inner(s, y);
  const product = times(inverse, y);
  if (!(curvature > 1e-12 * Math.sqrt(inner(s, s) * inner(y, y)))) return;
  const scale = (1 + inner(y, product) / curvature) / curvature;
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < size; k++) {
      inverse[j * size + k]! +=
        scale * s[j]! * s[k]! - (product[j]! * s[k]! + s[j]! * product[k]!) / curvature;
    }
  }
}

function times(matrix: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  return b.map((_, j) => inner(matrix.subarray(j * size, (j + 1) * size), b));
}

function inner(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
}
