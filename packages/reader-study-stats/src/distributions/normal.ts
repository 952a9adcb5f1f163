import { type ContinuousDistribution, distribution, type TailTarget } from './distribution.ts';
import { erf, erfcx } from './special/error-function.ts';
import { exactProduct } from './special/exact-product.ts';
import type { Tails } from './special/tails.ts';

const SQRT_2_PI = 2.5066282746310002;

/**
 * The standard normal distribution, φ(z) = exp(−z²/2)/√(2π); relative error below 1e-12 in both tails.
 *
 * @example
 * ```ts
 * normal.sf(1.959963984540054).toFixed(12); // => '0.025000000000'
 * normal.quantile(0.975).toFixed(4); // => '1.9600'
 * ```
 */
export const normal: ContinuousDistribution = {
  ...distribution({
    name: 'normal',
    support: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    tails,
    find,
  }),
  pdf: density,
};

/** log P(Z > z). */
export function logNormalSf(z: number): number {
  if (z < -1) return Math.log1p(-upperTail(-z));
  if (z === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return Math.log(erfcx(z * Math.SQRT1_2) / 2) - (z * z) / 2;
}

/** φ(z)/P(Z > z), which does not underflow. */
export function normalHazard(z: number): number {
  return 2 / (SQRT_2_PI * erfcx(z * Math.SQRT1_2));
}

function tails(z: number): Tails {
  const upper = z >= 0 ? upperTail(z) : 1 - upperTail(-z);
  const lower = z <= 0 ? upperTail(-z) : 1 - upperTail(z);
  return { lower, upper, logLower: logNormalSf(-z), logUpper: logNormalSf(z) };
}

/** P(Z > z), z ≥ 0. */
function upperTail(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  return (gaussian(z) * erfcx(z * Math.SQRT1_2)) / 2;
}

function density(z: number): number {
  return Number.isFinite(z) ? gaussian(z) / SQRT_2_PI : 0;
}

/** exp(−z²/2), without the error of z² times z²/2. */
function gaussian(z: number): number {
  const [square, rest] = exactProduct(z, z);
  return square < 1e4 ? Math.exp(-square / 2) * Math.exp(-rest / 2) : 0;
}

function find({ side, p }: TailTarget): number {
  const z = p > 0.25 ? centralQuantile(0.5 - p) : tailQuantile(p);
  return side === 'lower' ? 0 - z : z;
}

/** Solves P(0 < Z < z) = q, 0 ≤ q < ¼, by Newton's method. */
function centralQuantile(q: number): number {
  let z = q * SQRT_2_PI;
  for (let i = 0; i < 6; i++) z -= (erf(z * Math.SQRT1_2) / 2 - q) / density(z);
  return z;
}

/** Solves log P(Z > z) = log p, p ≤ ¼, by Newton's method. */
function tailQuantile(p: number): number {
  const log = Math.log(p);
  let z = Math.sqrt(-2 * log);
  for (let i = 0; i < 20; i++) {
    const step = (logNormalSf(z) - log) / normalHazard(z);
    z += step;
    if (Math.abs(step) < 1e-9 * z) break;
  }
  return z;
}
