import type { DesignMatrix } from './design-matrix.ts';
import { timesDesign, transposedTimes } from './design-products.ts';
import type { Evaluation } from './minimize.ts';
import {
  ownEntries,
  type RandomEffects,
  type RandomSystem,
  randomSystem,
  solveRandom,
  timesRandom,
  transposedRandom,
} from './random-effects.ts';

/** Yes-or-no outcomes with fixed columns X and random intercepts. */
export interface MixedLogit {
  readonly design: DesignMatrix;
  /** 0 or 1. */
  readonly response: Float64Array;
  readonly effects: RandomEffects;
}

/** −2·log likelihood in Laplace's approximation, its gradient in (θ, β), and the modes. */
export interface LaplaceDeviance extends Evaluation {
  /** The random effects' conditional modes, on the scale of N(0, 1). */
  readonly modes: Float64Array;
}

/**
 * Laplace's approximation of −2·log ∫ p(y | β, u)·φ(u) du:
 *
 * d(θ, β) = −2·ℓ(û) + |û|² + log det(MᵀWM + I),
 *
 * ℓ the log likelihood given u, û where ℓ(u) − |u|²/2 is greatest, W = diag(μ(1 − μ)) there. The
 * gradient is exact: it follows û, through which W depends on the parameters.
 *
 * @param model outcomes, fixed and random parts
 * @param at θ of every factor, then β
 * @param start of the search for û: the modes at a place nearby
 */
export function laplaceDeviance(
  { design, response, effects }: MixedLogit,
  at: Float64Array,
  start: Float64Array,
): LaplaceDeviance {
  const factors = effects.factors.length;
  const theta = Array.from(at.subarray(0, factors));
  const fixed = timesDesign(design, at.subarray(factors));
  const { modes, answers, system } = findModes({ response, effects, theta, fixed }, start);
  const { error, weights, skew } = answers;
  const value = -2 * answers.logLikelihood + squaredLength(modes) + system.logDet;

  const own = ownEntries(system);
  // cᵢ = dWᵢ/dηᵢ · mᵢᵀA⁻¹mᵢ, and what remains of it when û follows: c − W·M·v, v = A⁻¹·Mᵀ·c
  const bend = new Float64Array(effects.rows);
  for (let i = 0; i < effects.rows; i++) {
    for (let k = 0; k < factors; k++) bend[i]! += skew[i]! * theta[k]! * own[k]![i]!;
  }
  const follow = solveRandom(system, transposedRandom(effects, theta, bend));
  const followed = timesRandom(effects, theta, follow);
  const rest = bend.map((c, i) => c - weights[i]! * followed[i]!);

  const gradient = new Float64Array(at.length);
  for (const [k, { index }] of effects.factors.entries()) {
    const offset = effects.offsets[k]!;
    for (let i = 0; i < index.length; i++) {
      const level = offset + index[i]!;
      gradient[k]! +=
        (rest[i]! - 2 * error[i]!) * modes[level]! +
        2 * weights[i]! * own[k]![i]! +
        error[i]! * follow[level]!;
    }
  }
  const slope = transposedTimes(
    design,
    rest.map((value, i) => value - 2 * error[i]!),
  );
  gradient.set(slope, factors);
  return { value, gradient, modes };
}

interface Conditional {
  readonly response: Float64Array;
  readonly effects: RandomEffects;
  readonly theta: readonly number[];
  /** X·β. */
  readonly fixed: Float64Array;
}

/** The answers at given predictors η. */
export interface Answers {
  readonly logLikelihood: number;
  /** y − μ. */
  readonly error: Float64Array;
  /** W = μ(1 − μ). */
  readonly weights: Float64Array;
  /** dW/dη = W·(1 − 2μ). */
  readonly skew: Float64Array;
}

/** Newton's method for û (penalised iteratively reweighted least squares), with halved steps. */
function findModes(
  { response, effects, theta, fixed }: Conditional,
  start: Float64Array,
): {
  readonly modes: Float64Array;
  readonly answers: Answers;
  readonly system: RandomSystem;
} {
  const answersAt = (u: Float64Array): Answers => {
    const eta = timesRandom(effects, theta, u);
    for (let i = 0; i < eta.length; i++) eta[i]! += fixed[i]!;
    return answersOf(response, eta);
  };
  const heightOf = (u: Float64Array, { logLikelihood }: Answers): number =>
    logLikelihood - squaredLength(u) / 2;
  let modes = start;
  let answers = answersAt(modes);
  let height = heightOf(modes, answers);
  for (let iteration = 0; ; iteration++) {
    const system = randomSystem(effects, theta, answers.weights);
    const score = transposedRandom(effects, theta, answers.error);
    for (let j = 0; j < score.length; j++) score[j]! -= modes[j]!;
    const step = solveRandom(system, score);
    const promise = step.reduce((sum, value, j) => sum + value * score[j]!, 0);
    if (promise < 1e-20 * (1 + Math.abs(height)) || iteration === 60) {
      return { modes, answers, system };
    }
    const before = height;
    const origin = modes;
    let share = 1;
    do {
      modes = origin.map((value, j) => value + share * step[j]!);
      answers = answersAt(modes);
      height = heightOf(modes, answers);
      share /= 2;
    } while (height < before - 1e-12 * Math.abs(before) && share > 1e-8);
  }
}

/** The answers at predictors η: one pass with one exponential per row: e = e^(−|η|) gives μ, W and the log likelihood. */
export function answersOf(response: Float64Array, eta: Float64Array): Answers {
  const { length } = eta;
  const error = new Float64Array(length);
  const weights = new Float64Array(length);
  const skew = new Float64Array(length);
  let logLikelihood = 0;
  for (let i = 0; i < length; i++) {
    const at = eta[i]!;
    const e = Math.exp(-Math.abs(at));
    const larger = 1 / (1 + e);
    const fitted = at >= 0 ? larger : e * larger;
    const weight = e * larger * larger;
    error[i] = response[i]! - fitted;
    weights[i] = weight;
    skew[i] = weight * (1 - 2 * fitted);
    logLikelihood += response[i]! * at - Math.max(at, 0) - Math.log1p(e);
  }
  return { logLikelihood, error, weights, skew };
}

function squaredLength(u: Float64Array): number {
  return u.reduce((sum, value) => sum + value * value, 0);
}
