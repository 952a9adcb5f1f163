import { positiveCholesky, solve } from './cholesky.ts';
import type { DesignMatrix } from './design-matrix.ts';
import { columnOf, timesDesign, transposedTimes } from './design-products.ts';
import { answersOf, type MixedLogit } from './laplace-deviance.ts';
import { type Evaluation, minimize } from './minimize.ts';
import {
  type RandomSystem,
  randomSystem,
  solveRandom,
  timesRandom,
  transposedRandom,
} from './random-effects.ts';
import { blockDiagonal } from './spread-search.ts';

/** lme4's `tolPwrss`: the search for û ends where the penalised deviance changes by less than this share. */
const TOLERANCE = 1e-7;
/** Half the width of central differences. */
const STEP = 1e-5;

/**
 * −2·log likelihood as `lme4::glmer(nAGQ = 1)` computes it by default, with its gradient by central
 * differences. It is Laplace's approximation (see `laplaceDeviance`) but for two things that shift its
 * optimum and its curvature: the search for û begins at one place for all parameters, the predictors of
 * a first fit (nAGQ = 0, in which û and β are found together), and ends early; and log det(MᵀWM + I)
 * keeps the W of the step before the last.
 *
 * @see Bates, Mächler, Bolker and Walker 2015, J Stat Softw 67(1), doi 10.18637/jss.v067.i01
 */
export function lme4Deviance(model: MixedLogit): (at: Float64Array) => Evaluation {
  const { effects, response } = model;
  const spreads = effects.factors.length;
  const origin = response.map((y) => Math.log((y + 0.5) / (1.5 - y)));
  const first = (theta: Float64Array): Iterated => iterate(model, { theta, beta: null, origin });
  const { at } = minimize(
    withDifferences((theta) => first(theta).deviance),
    new Float64Array(spreads).fill(1),
    blockDiagonal(
      effects.factors.map(({ levels }) => 1 / levels.length),
      new Float64Array(),
    ),
  );
  const { eta } = first(at);
  return withDifferences((place) => {
    const [theta, beta] = [place.subarray(0, spreads), place.subarray(spreads)];
    return iterate(model, { theta, beta, origin: eta }).deviance;
  });
}

interface Iterated {
  readonly deviance: number;
  /** Predictors at the end. */
  readonly eta: Float64Array;
}

/** Penalised iteratively reweighted least squares for û, and for β where it is not given. */
function iterate(
  model: MixedLogit,
  given: {
    readonly theta: Float64Array;
    readonly beta: Float64Array | null;
    readonly origin: Float64Array;
  },
): Iterated {
  const { design, response, effects } = model;
  const theta = [...given.theta];
  const offset = given.beta && timesDesign(design, given.beta);
  let eta = given.origin;
  let answers = answersOf(response, eta);
  let before = Number.POSITIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    const { weights, error } = answers;
    const system = randomSystem(effects, theta, weights);
    // W·z of the working response z = η + W⁻¹·(y − μ)
    const working = eta.map((at, i) => at * weights[i]! + error[i]!);
    const fixed = offset ?? timesDesign(design, generalised({ design, system, weights }, working));
    const residual = working.map((weighted, i) => weighted - fixed[i]! * weights[i]!);
    const modes = solveRandom(system, transposedRandom(effects, theta, residual));
    eta = timesRandom(effects, theta, modes);
    for (let i = 0; i < eta.length; i++) eta[i]! += fixed[i]!;
    answers = answersOf(response, eta);
    const penalised = modes.reduce((sum, u) => sum + u * u, -2 * answers.logLikelihood);
    if (Math.abs((before - penalised) / penalised) < TOLERANCE || iteration === 100) {
      return { deviance: penalised + system.logDet, eta };
    }
    before = penalised;
  }
}

interface Weighted {
  readonly design: DesignMatrix;
  readonly system: RandomSystem;
  readonly weights: Float64Array;
}

/** β by generalised least squares, (Xᵀ·S·X)⁻¹·Xᵀ·S·z, S = W − W·M·A⁻¹·Mᵀ·W, from W·z. */
function generalised({ design, system, weights }: Weighted, working: Float64Array): Float64Array {
  const { effects, theta } = system;
  const project = (weighted: Float64Array): Float64Array => {
    const inner = solveRandom(system, transposedRandom(effects, theta, weighted));
    const random = timesRandom(effects, theta, inner);
    return weighted.map((value, i) => value - weights[i]! * random[i]!);
  };
  const information = Float64Array.from(
    Array.from({ length: design.columns }, (_, j) => columnOf(design, j)).flatMap((column) => [
      ...transposedTimes(design, project(column.map((x, i) => x * weights[i]!))),
    ]),
  );
  const factor = positiveCholesky(information, design.columns);
  return solve(factor, transposedTimes(design, project(working)));
}

function withDifferences(value: (at: Float64Array) => number): (at: Float64Array) => Evaluation {
  return (at) => ({
    value: value(at),
    gradient: at.map((_, j) => {
      const moved = (by: number): number => value(at.map((old, k) => (k === j ? old + by : old)));
      return (moved(STEP) - moved(-STEP)) / (2 * STEP);
    }),
  });
}
