import { deviance, logShortfall } from './deviance.ts';
import { exactProduct } from './exact-product.ts';
import { factorialRemainder, logGamma1p, logGammaIncrease } from './log-gamma.ts';
import { tailIntegral } from './tail-integral.ts';
import { ALL_LOWER, ALL_UPPER, flipped, fromLogLower, fromLogUpper, type Tails } from './tails.ts';

/** From two such shapes on the tails are integrated: the continued fraction would need too many terms. */
const LARGE_SHAPE = 1e4;

/** A point of a beta distribution, with what would lose digits if it were computed from x alone. */
export interface BetaPoint {
  readonly a: number;
  readonly b: number;
  readonly x: number;
  /** 1 − x. */
  readonly y: number;
  /** a·y − b·x = a − (a + b)·x: positive below the mean. */
  readonly excess: number;
}

/**
 * Regularised incomplete beta function I_x(a, b) (`lower`) and 1 − I_x(a, b) (`upper`): the tails of
 * Beta(a, b) at x. Relative error below 1e-12, 1e-10 for a and b above 1e4.
 *
 * @param x in [0, 1]
 * @param shapes a > 0 and b > 0
 * @throws RangeError if an argument is outside its range
 * @example
 * ```ts
 * incompleteBeta(0.5, { a: 3, b: 3 }).lower.toFixed(12); // => '0.500000000000'
 * ```
 * @see DLMF 8.17.7 (series), 8.17.22 (continued fraction)
 */
export function incompleteBeta(
  x: number,
  shapes: { readonly a: number; readonly b: number },
): Tails {
  const { a, b } = shapes;
  if (!(a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b))) {
    throw new RangeError(`incompleteBeta: a and b must be positive and finite, got ${a} and ${b}`);
  }
  if (!(x >= 0 && x <= 1)) {
    throw new RangeError(`incompleteBeta: x must lie in [0, 1], got ${x}`);
  }
  return betaTails(betaPoint(x, a, b));
}

/** The point x of Beta(a, b); a·y − b·x is formed with twice the digits. */
export function betaPoint(x: number, a: number, b: number): BetaPoint {
  const y = 1 - x;
  const yRest = 1 - y - x;
  const [ay, ayRest] = exactProduct(a, y);
  const [bx, bxRest] = exactProduct(b, x);
  return { a, b, x, y, excess: ay - bx + (ayRest - bxRest + a * yRest) };
}

/** Both tails of Beta(a, b) at a point. */
export function betaTails(point: BetaPoint): Tails {
  const { a, b, x, y, excess } = point;
  if (x === 0) return ALL_UPPER;
  if (y === 0) return ALL_LOWER;
  if (a <= 1 && x <= 0.7 && b * x <= 0.7) return smallShape(point);
  if (b <= 1 && y <= 0.7 && a * y <= 0.7) return flipped(smallShape(mirrored(point)));
  return excess >= 0 ? lowerTail(point) : flipped(lowerTail(mirrored(point)));
}

/**
 * log(xᵃ·yᵇ/B(a, b)) without the cancellation of log-gamma functions.
 * @see Loader 2000, Fast and accurate computation of binomial probabilities
 */
export function logBetaPower({ a, b, x, y, excess }: BetaPoint): number {
  const n = a + b;
  return (
    Math.log(a) +
    Math.log(b / n) +
    (factorialRemainder(n) - factorialRemainder(a) - factorialRemainder(b)) -
    deviance(a, n * x, excess) -
    deviance(b, n * y, -excess)
  );
}

function mirrored({ a, b, x, y, excess }: BetaPoint): BetaPoint {
  return { a: b, b: a, x: y, y: x, excess: -excess };
}

function lowerTail(point: BetaPoint): Tails {
  const logPower = logBetaPower(point);
  const isLarge = point.a >= LARGE_SHAPE && point.b >= LARGE_SHAPE;
  const factor = isLarge ? integral(point) : 1 / continuedFraction(point);
  return fromLogLower(logPower + Math.log(factor));
}

/**
 * I = xᵃ·Γ(a + b)/(Γ(a + 1)Γ(b))·(1 + a·S), S = Σₙ (1 − b)ₙxⁿ/(n!(a + n)); where I is close to 1, 1 − I is
 * formed without it.
 */
function smallShape({ a, b, x }: BetaPoint): Tails {
  let sum = 0;
  let power = 1;
  for (let n = 1; Math.abs(power) > 1e-18 * Math.abs(sum) && n < 10_000; n++) {
    power *= ((n - b) / n) * x;
    sum += power / (a + n);
  }
  const logGammaOf1 = a <= 0.5 ? logGamma1p(a) : logGamma1p(a - 1) + Math.log(a);
  const logPower = a * Math.log(x) + logGammaIncrease(b, a) - logGammaOf1;
  const upper = -Math.expm1(logPower) - Math.exp(logPower) * a * sum;
  if (upper < 0.5) return fromLogUpper(Math.log(upper));
  return fromLogLower(logPower + Math.log1p(a * sum));
}

/** xᵃ·yᵇ/(B(a, b)·I_x(a, b)), by Lentz's method: the even part of DLMF 8.17.22. */
function continuedFraction({ a, b, x, y, excess }: BetaPoint): number {
  const denominatorOf = (m: number) =>
    m +
    (m * (b - m) * x) / (a + 2 * m - 1) +
    ((a + m) / (a + 2 * m + 1)) * (excess + 1 + m * (1 + y));
  let fraction = (a / (a + 1)) * (excess + 1);
  let c = fraction;
  let d = 0;
  for (let m = 1; m < 100_000; m++) {
    const s = a + 2 * m - 1;
    const numerator = m * (((a + m - 1) / s) * x) * ((a + b + m - 1) * ((b - m) / s) * x);
    const denominator = denominatorOf(m);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}

/** I_x(a, b)·B(a, b)/(xᵃ·yᵇ) = 1/y·∫₀¹ density(x − rx)/density(x) dr; no term of the exponent cancels. */
function integral({ a, b, x, y, excess }: BetaPoint): number {
  const [j, k] = [a - 1, b - 1];
  const odds = x / y;
  const slope = (excess + x - y) / y;
  const cost = (r: number) =>
    r >= 1
      ? Number.POSITIVE_INFINITY
      : slope * r + j * logShortfall(-r) + k * logShortfall(odds * r);
  const scale = Math.min(1 / Math.sqrt(j + k * odds * odds), slope > 0 ? 1 / slope : 1);
  return tailIntegral(cost, scale) / y;
}
