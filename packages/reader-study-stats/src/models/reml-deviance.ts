import { total } from '../mrmc/matrix.ts';
import { type Cholesky, inverse, logDeterminant, positiveCholesky, solve } from './cholesky.ts';
import type { DesignMatrix } from './design-matrix.ts';
import { columnOf, timesDesign, transposedTimes } from './design-products.ts';
import type { Grouping } from './grouping.ts';
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

/** Measurements with fixed columns X and random intercepts. */
export interface MixedLinear {
  readonly design: DesignMatrix;
  readonly response: Float64Array;
  readonly effects: RandomEffects;
  readonly criterion: 'REML' | 'ML';
}

/** Generalised least squares under V = I + Σ θₖ²·Zₖ·Zₖᵀ (variances relative to the residual one). */
export interface LeastSquares {
  readonly coefficients: Float64Array;
  /** (Xᵀ·V⁻¹·X)⁻¹, row-major. */
  readonly covariance: Float64Array;
  /** ∂(Xᵀ·V⁻¹·X)/∂θₖ for every factor, row-major. */
  readonly informationSlopes: readonly Float64Array[];
  /** r² = (y − Xβ)ᵀ·V⁻¹·(y − Xβ), and its slope in θ. */
  readonly squares: number;
  readonly squaresSlope: Float64Array;
  /** log det V, for REML plus log det Xᵀ·V⁻¹·X, and its slope in θ. */
  readonly logDet: number;
  readonly logDetSlope: Float64Array;
  /** n − p for REML, n for ML. */
  readonly degrees: number;
}

/** The coefficients at given θ, and everything that the deviance is made of. */
export function leastSquares(model: MixedLinear, theta: readonly number[]): LeastSquares {
  const { design, response, effects, criterion } = model;
  const { columns, rows } = design;
  const system = randomSystem(effects, theta, new Float64Array(rows).fill(1));
  const whitened = Array.from({ length: columns }, (_, j) =>
    inverseTimes(system, columnOf(design, j)),
  );
  const information = Float64Array.from(whitened.flatMap((v) => [...transposedTimes(design, v)]));
  const factor = positiveCholesky(information, columns);
  const whiteResponse = inverseTimes(system, response);
  const coefficients = solve(factor, transposedTimes(design, whiteResponse));
  const fitted = timesDesign(design, coefficients);
  const residual = response.map((y, i) => y - fitted[i]!);
  const white = inverseTimes(system, residual);
  const isReml = criterion === 'REML';
  return {
    coefficients,
    covariance: inverse(factor),
    squares: residual.reduce((sum, value, i) => sum + value * white[i]!, 0),
    logDet: system.logDet + (isReml ? logDeterminant(factor) : 0),
    degrees: isReml ? rows - columns : rows,
    ...slopes({ model, system, whitened, white, factor }),
  };
}

/** Profiled over β and the residual variance: log det + ν·(1 + log(2π·r²/ν)), ν = n − p or n. */
export function profiledDeviance({
  squares,
  squaresSlope,
  logDet,
  logDetSlope,
  degrees,
}: LeastSquares): Evaluation {
  return {
    value: logDet + degrees * (1 + Math.log((2 * Math.PI * squares) / degrees)),
    gradient: logDetSlope.map((slope, k) => slope + (degrees * squaresSlope[k]!) / squares),
  };
}

/** The same with the residual's standard deviation σ as a last parameter. */
export function fullDeviance(
  { squares, squaresSlope, logDet, logDetSlope, degrees }: LeastSquares,
  sigma: number,
): Evaluation {
  const variance = sigma ** 2;
  return {
    value: logDet + degrees * Math.log(2 * Math.PI * variance) + squares / variance,
    gradient: Float64Array.from([
      ...logDetSlope.map((slope, k) => slope + squaresSlope[k]! / variance),
      (2 * degrees) / sigma - (2 * squares) / (sigma * variance),
    ]),
  };
}

/** V⁻¹·v = v − M·A⁻¹·Mᵀ·v. */
function inverseTimes(system: RandomSystem, v: Float64Array): Float64Array {
  const { effects, theta } = system;
  const inner = solveRandom(system, transposedRandom(effects, theta, v));
  const removed = timesRandom(effects, theta, inner);
  return v.map((value, i) => value - removed[i]!);
}

interface Solved {
  readonly model: MixedLinear;
  readonly system: RandomSystem;
  /** V⁻¹·X by columns. */
  readonly whitened: readonly Float64Array[];
  /** V⁻¹·(y − Xβ). */
  readonly white: Float64Array;
  /** Of Xᵀ·V⁻¹·X. */
  readonly factor: Cholesky;
}

/** From ∂V/∂θₖ = 2θₖ·Zₖ·Zₖᵀ: sums of V⁻¹·X and V⁻¹·(y − Xβ) over the rows of every level. */
function slopes({
  model,
  system,
  whitened,
  white,
  factor,
}: Solved): Pick<LeastSquares, 'squaresSlope' | 'logDetSlope' | 'informationSlopes'> {
  const { factors } = model.effects;
  const covariance = inverse(factor);
  const own = ownEntries(system);
  const squaresSlope = new Float64Array(factors.length);
  const logDetSlope = Float64Array.from(own, (entries) => 2 * total(entries));
  const informationSlopes = factors.map((levels, k) => {
    const twice = 2 * system.theta[k]!;
    squaresSlope[k] = -twice * levelSums(levels, white).reduce((sum, value) => sum + value ** 2, 0);
    const sums = whitened.map((column) => levelSums(levels, column));
    const slope = Float64Array.from(
      sums.flatMap((a) =>
        sums.map((b) => -twice * a.reduce((sum, value, l) => sum + value * b[l]!, 0)),
      ),
    );
    if (model.criterion === 'REML') {
      logDetSlope[k]! += slope.reduce((sum, value, at) => sum + value * covariance[at]!, 0);
    }
    return slope;
  });
  return { squaresSlope, logDetSlope, informationSlopes };
}

function levelSums({ levels, index }: Grouping, values: Float64Array): Float64Array {
  const sums = new Float64Array(levels.length);
  for (let i = 0; i < index.length; i++) sums[index[i]!]! += values[i]!;
  return sums;
}
