import { checkPositive, type Distribution, distribution } from './distribution.ts';
import { findRoot, tailExcess } from './find-root.ts';
import { logNormalSf, normalHazard } from './normal.ts';
import { logShortfall } from './special/deviance.ts';
import { exactProduct } from './special/exact-product.ts';
import { factorialRemainder } from './special/log-gamma.ts';
import { ALL_LOWER, flipped, fromLogLower, fromLogUpper, type Tails } from './special/tails.ts';

/** With more degrees of freedom it is the same normal distribution to the last digit. */
const MOST_DF = 1e22;
/** The integrand is followed until it has fallen to e^−42 of its largest value. */
const NEGLIGIBLE = 42;

/**
 * The noncentral t distribution, of (Z + δ)/U with U² ~ χ²(df)/df: P(T ≤ t) = ∫ Φ(tu − δ)·density(u) du, integrated
 * over log u around the largest integrand. Relative error below 1e-12 in both tails.
 *
 * @param parameters df > 0; noncentrality δ, of either sign
 * @throws RangeError if a parameter is outside its range
 * @example
 * ```ts
 * const critical = studentT({ df: 20 }).upperQuantile(0.025);
 * noncentralT({ df: 20, noncentrality: 3 }).sf(critical).toFixed(3); // => '0.814'
 * ```
 * @see Johnson, Kotz and Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 31
 */
export function noncentralT(parameters: {
  readonly df: number;
  readonly noncentrality: number;
}): Distribution {
  const { noncentrality } = parameters;
  checkPositive('noncentralT', { df: parameters.df });
  const df = Math.min(parameters.df, MOST_DF);
  if (!Number.isFinite(noncentrality)) {
    throw new RangeError(`noncentralT: noncentrality must be finite, got ${noncentrality}`);
  }
  const tails = (t: number): Tails =>
    t >= 0 ? tailsAbove0(t, df, noncentrality) : flipped(tailsAbove0(-t, df, -noncentrality));
  return distribution({
    name: 'noncentralT',
    support: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    tails,
    find: (target) => findRoot((t) => tailExcess(tails(t), target), noncentrality),
  });
}

function tailsAbove0(t: number, df: number, delta: number): Tails {
  if (t === Number.POSITIVE_INFINITY) return ALL_LOWER;
  const preferLower = t < delta;
  const first = logTail({ t, df, delta, isLower: preferLower });
  const isLower = first < -0.3 ? preferLower : !preferLower;
  const log = isLower === preferLower ? first : logTail({ t, df, delta, isLower });
  return isLower ? fromLogLower(log) : fromLogUpper(log);
}

interface TailQuestion {
  readonly t: number;
  readonly df: number;
  readonly delta: number;
  readonly isLower: boolean;
}

/** log of P(T ≤ t) or P(T > t), t ≥ 0. */
function logTail(question: TailQuestion): number {
  const { df } = question;
  const logIntegrand = (w: number): number => logProduct(w, question);
  const mode = largest(question);
  const top = logIntegrand(mode);
  const distance = (sign: 1 | -1, drop: number): number =>
    distanceOfDrop((d) => top - logIntegrand(mode + sign * d) - drop);
  // w = mode + scale·sinh(v): a steep side of the integrand and a long one need few points alike.
  const scale = Math.min(distance(1, 1), distance(-1, 1));
  const integral = trapezoid(
    (v) => scale * Math.cosh(v) * Math.exp(logIntegrand(mode + scale * Math.sinh(v)) - top),
    -Math.asinh(distance(-1, NEGLIGIBLE) / scale),
    Math.asinh(distance(1, NEGLIGIBLE) / scale),
  );
  return top + Math.log(integral) + Math.log(df) - factorialRemainder(df / 2);
}

/**
 * log of Φ(±(tu − δ))·exp(−df·κ), κ = (u² − 1)/2 − log u ≥ 0. Near u = 1 both factors are formed from e = u − 1,
 * which keeps its digits where df is so large that nothing else differs.
 */
function logProduct(w: number, { t, df, delta, isLower }: TailQuestion): number {
  const isNear = Math.abs(w) < 0.7;
  const e = Math.expm1(w);
  const kappa = isNear ? (e * e) / 2 + logShortfall(e) : Math.expm1(2 * w) / 2 - w;
  const [product, rest] = exactProduct(t, isNear ? e : Math.exp(w));
  const z = isNear ? t - delta + product + rest : product - delta + rest;
  return logNormalSf(isLower ? -z : z) - df * kappa;
}

/** Where the slope df·(1 − u²) ± tu·hazard of the log integrand changes its sign. */
function largest({ t, df, delta, isLower }: TailQuestion): number {
  let [low, high] = [-700, 300];
  for (let i = 0; i < 60; i++) {
    const w = (low + high) / 2;
    const u = Math.exp(w);
    const z = t * u - delta;
    const normalSlope = isLower ? t * u * normalHazard(-z) : -t * u * normalHazard(z);
    if (df * (1 - u * u) + normalSlope > 0) low = w;
    else high = w;
  }
  return low;
}

/** The positive zero of an increasing function, to 3 digits. */
function distanceOfDrop(excess: (distance: number) => number): number {
  let outside = 1e-12;
  while (excess(outside) < 0) outside *= 2;
  let inside = outside / 2;
  for (let i = 0; i < 10; i++) {
    const middle = (inside + outside) / 2;
    if (excess(middle) < 0) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** The trapezoidal rule, whose error is squared by each halving of the step where the ends are negligible. */
function trapezoid(f: (w: number) => number, low: number, high: number): number {
  let intervals = 32;
  let step = (high - low) / intervals;
  let sum = 0;
  for (let i = 0; i <= intervals; i++) sum += f(low + i * step);
  for (;;) {
    const before = sum * step;
    for (let i = 0; i < intervals; i++) sum += f(low + (i + 0.5) * step);
    intervals *= 2;
    step /= 2;
    if (Math.abs(sum * step - before) < 1e-10 * before || intervals > 2 ** 16) return sum * step;
  }
}
