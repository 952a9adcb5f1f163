import type { DesignMatrix } from './design-matrix.ts';
import { timesDesign, transposedTimes } from './design-products.ts';
import { logistic, softplus } from './logistic-regression.ts';
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
  const { modes, eta, system } = findModes({ response, effects, theta, fixed }, start);
  const fitted = eta.map(logistic);
  const error = response.map((y, i) => y - fitted[i]!);
  const weights = fitted.map((mean) => mean * (1 - mean));
  const logLikelihood = response.reduce((sum, y, i) => sum + y * eta[i]! - softplus(eta[i]!), 0);
  const value = -2 * logLikelihood + squaredLength(modes) + system.logDet;

  const own = ownEntries(system);
  // cᵢ = dWᵢ/dηᵢ · mᵢᵀA⁻¹mᵢ, and what remains of it when û follows: c − W·M·v, v = A⁻¹·Mᵀ·c
  const bend = weights.map(
    (weight, i) =>
      weight *
      (1 - 2 * fitted[i]!) *
      own.reduce((sum, entries, k) => sum + theta[k]! * entries[i]!, 0),
  );
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

/** Newton's method for û (penalised iteratively reweighted least squares), with halved steps. */
function findModes(
  { response, effects, theta, fixed }: Conditional,
  start: Float64Array,
): { readonly modes: Float64Array; readonly eta: Float64Array; readonly system: RandomSystem } {
  const predictor = (u: Float64Array): Float64Array => {
    const random = timesRandom(effects, theta, u);
    return fixed.map((value, i) => value + random[i]!);
  };
  const penalised = (u: Float64Array, eta: Float64Array): number =>
    response.reduce((sum, y, i) => sum + y * eta[i]! - softplus(eta[i]!), 0) - squaredLength(u) / 2;
  let modes = start;
  let eta = predictor(modes);
  let height = penalised(modes, eta);
  for (let iteration = 0; ; iteration++) {
    const fitted = eta.map(logistic);
    const system = randomSystem(
      effects,
      theta,
      fitted.map((mean) => mean * (1 - mean)),
    );
    const score = transposedRandom(
      effects,
      theta,
      response.map((y, i) => y - fitted[i]!),
    ).map((value, j) => value - modes[j]!);
    const step = solveRandom(system, score);
    const promise = step.reduce((sum, value, j) => sum + value * score[j]!, 0);
    if (promise < 1e-20 * (1 + Math.abs(height)) || iteration === 60) return { modes, eta, system };
    let share = 1;
    let [next, nextEta] = [modes, eta];
    do {
      next = modes.map((value, j) => value + share * step[j]!);
      nextEta = predictor(next);
      share /= 2;
    } while (penalised(next, nextEta) < height - 1e-12 * Math.abs(height) && share > 1e-8);
    modes = next;
    eta = nextEta;
    height = penalised(modes, eta);
  }
}

function squaredLength(u: Float64Array): number {
  return u.reduce((sum, value) => sum + value * value, 0);
}
