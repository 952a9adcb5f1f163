/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';

const SQRT_2PI = 2.5066282746310002;

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_2PI;
}

/**
 * Φ(z), the probability that a standard normal variable is at most z; relative error below 1e-12 in
 * both tails.
 * @see Abramowitz and Stegun 1964, 26.2.11 (series) and 26.2.14 (continued fraction)
 */
export function normalCdf(z: number): number {
  return z > 0 ? 1 - normalSf(z) : normalSf(-z);
}

/** 1 − Φ(z), the upper tail; exact where `1 - normalCdf(z)` would have lost its digits. */
export function normalSf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('normalSf: z must be a number, got NaN');
  if (Math.abs(z) < 2.5) return 0.5 - centralProbability(z);
  const tail = normalDensity(z) * millsRatio(Math.abs(z));
  return z > 0 ? tail : 1 - tail;
}

/**
 * The z with Φ(z) = p. jstat's inverse is off by up to 2 % in the tails (and not 0 at p = 0.5); it is
 * only the start of Newton's method here, which ends at relative 1e-14.
 *
 * @param p probability, 0 < p < 1
 * @throws RangeError if p is outside (0, 1)
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`normalQuantile: p must lie between 0 and 1, got ${p}`);
  }
  if (p > 0.1 && p < 0.9) return centralQuantile(p - 0.5);
  return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
}

/** Solves Φ(z) − 1/2 = q by Newton's method. */
function centralQuantile(q: number): number {
  let z = q === 0 ? 0 : jstat.jStat.normal.inv(q + 0.5, 0, 1);
  for (let i = 0; i < 4; i++) z -= (centralProbability(z) - q) / normalDensity(z);
  return z;
}

/** Solves log(1 − Φ(z)) = log(p), p < 1/2, by Newton's method. */
function upperQuantile(p: number): number {
  let z = -jstat.jStat.normal.inv(p, 0, 1);
  for (let i = 0; i < 8; i++) {
    const step = Math.log(normalSf(z) / p) * (normalSf(z) / normalDensity(z));
    z += step;
    if (Math.abs(step) < 1e-16 * z) break;
  }
  return z;
}

/** Φ(z) − 1/2 = φ(z)·(z + z³/3 + z⁵/15 + …), all terms of one sign. */
function centralProbability(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return sum * normalDensity(z);
}

/** (1 − Φ(z))/φ(z) = 1/(z + 1/(z + 2/(z + 3/(z + …)))), evaluated from the far end. */
function millsRatio(z: number): number {
  let fraction = z;
  for (let k = Math.ceil(20 + 1200 / (z * z)); k > 0; k--) fraction = z + k / fraction;
  return 1 / fraction;
}
