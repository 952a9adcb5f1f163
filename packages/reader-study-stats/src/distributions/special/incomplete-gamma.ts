import { deviance, logShortfall } from './deviance.ts';
import { factorialRemainder, logGamma1p } from './log-gamma.ts';
import { tailIntegral } from './tail-integral.ts';
import { ALL_LOWER, ALL_UPPER, fromLogLower, fromLogUpper, type Tails } from './tails.ts';

/** From this shape on the tails are integrated: series would need too many terms. */
const LARGE_SHAPE = 1e4;

/**
 * Regularised incomplete gamma functions: `lower` is P(a, x), `upper` is Q(a, x), the tails of the gamma
 * distribution of shape a. Relative error below 1e-12.
 *
 * @param x ≥ 0, may be Infinity
 * @param a shape, > 0
 * @throws RangeError if an argument is outside its range
 * @example
 * ```ts
 * incompleteGamma(2, 1).upper; // => Math.exp(-2)
 * ```
 * @see DLMF 8.7.1, 8.11.4 (series), 8.9.2 (continued fraction)
 */
export function incompleteGamma(x: number, a: number): Tails {
  if (!(a > 0 && Number.isFinite(a))) {
    throw new RangeError(`incompleteGamma: a must be positive and finite, got ${a}`);
  }
  if (!(x >= 0)) throw new RangeError(`incompleteGamma: x must be >= 0, got ${x}`);
  if (x === 0) return ALL_UPPER;
  if (x === Number.POSITIVE_INFINITY) return ALL_LOWER;
  if (a <= 1 && x <= 1) return smallShape(x, a);
  const logTerm = logGammaTerm(x, a);
  if (a >= LARGE_SHAPE) return largeShape(x, a, logTerm);
  if (x < a) return fromLogLower(logTerm + Math.log(series(x, a)));
  return fromLogUpper(logTerm + Math.log(a / continuedFraction(x, a)));
}

/** log(xᵃ·e⁻ˣ/Γ(a + 1)), without the cancellation of its parts; a may be 0. */
export function logGammaTerm(x: number, a: number): number {
  return -deviance(a, x, a - x) - factorialRemainder(a);
}

/**
 * P = xᵃ/Γ(a + 1)·(1 + a·S), S = Σₙ (−x)ⁿ/(n!(a + n)); where P is close to 1, Q is formed without it.
 */
function smallShape(x: number, a: number): Tails {
  let sum = 0;
  let power = 1;
  for (let n = 1; Math.abs(power) > 1e-18; n++) {
    power *= -x / n;
    sum += power / (a + n);
  }
  const logPower = a * Math.log(x) - logGamma1pAny(a);
  const upper = -Math.expm1(logPower) - Math.exp(logPower) * a * sum;
  if (upper < 0.5) return fromLogUpper(Math.log(upper));
  return fromLogLower(logPower + Math.log1p(a * sum));
}

/** log Γ(1 + a), 0 ≤ a ≤ 1. */
function logGamma1pAny(a: number): number {
  return a <= 0.5 ? logGamma1p(a) : logGamma1p(a - 1) + Math.log(a);
}

/** P·Γ(a + 1)·eˣ/xᵃ = 1 + x/(a + 1) + x²/((a + 1)(a + 2)) + … */
function series(x: number, a: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** xᵃ·e⁻ˣ/(Γ(a)·Q) = x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(x + 5 − a − …)), by Lentz's method. */
function continuedFraction(x: number, a: number): number {
  let fraction = x + 1 - a;
  let c = fraction;
  let d = 0;
  for (let m = 1; m < 100_000; m++) {
    const numerator = m * (a - m);
    const denominator = x + 1 + 2 * m - a;
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}

/** The tail on the side of x: x·density(x)·∫ density(x ∓ rx)/density(x) dr; no term of the exponent cancels. */
function largeShape(x: number, a: number, logTerm: number): Tails {
  const k = a - 1;
  const isLower = x < a;
  const sign = isLower ? -1 : 1;
  const slope = isLower ? k - x : x - k;
  const cost = (r: number) =>
    isLower && r >= 1 ? Number.POSITIVE_INFINITY : slope * r + k * logShortfall(sign * r);
  const scale = Math.min(1 / Math.sqrt(k), slope > 0 ? 1 / slope : 1);
  const logTail = logTerm + Math.log(a * tailIntegral(cost, scale));
  return isLower ? fromLogLower(logTail) : fromLogUpper(logTail);
}
