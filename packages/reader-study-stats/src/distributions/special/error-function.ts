import { exactProduct } from './exact-product.ts';

/**
 * Chebyshev coefficients of (1 + 2x)·exp(x²)·erfc(x), x ≥ 0, in t = (x − 3.75)/(x + 3.75), computed with 40
 * digits.
 * @see Shepherd and Laframboise 1981, Math Comput 36:249, doi 10.1090/S0025-5718-1981-0595058-X (the form)
 */
const CHEBYSHEV = [
  1.177578934567402, -0.004590054580646477, -0.08424913336651792, 0.05920993999819189,
  -0.026658668435305753, 0.009074997670705265, -0.002413163540417608, 0.0004907758365258087,
  -6.916973302501207e-5, 4.139027986073009e-6, 7.740383066198491e-7, -2.1886401049234397e-7,
  1.0764999465670912e-8, 4.521959811218287e-9, -7.754400208831352e-10, -6.318088340886685e-11,
  2.86879501093067e-11, 1.9455868545777347e-13, -9.654696748433433e-13, 3.25254814814874e-14,
  3.347811948286806e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624043e-17,
  5.068148904796111e-17,
];
const TWO_OVER_SQRT_PI = 1.1283791670955126;

/**
 * erf(x) = 2/√π·∫₀ˣ exp(−t²) dt; relative error below 1e-14.
 * @throws RangeError if x is NaN
 * @example
 * ```ts
 * erf(0.5).toFixed(4); // => '0.5205'
 * ```
 */
export function erf(x: number): number {
  checkNumber('erf', x);
  if (Math.abs(x) >= 1) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  // 2x/√π·exp(−x²)·(1 + 2x²/3 + (2x²)²/15 + …): all terms of one sign.
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (2 * x * x) / k;
    sum += term;
  }
  return TWO_OVER_SQRT_PI * sum * Math.exp(-x * x);
}

/**
 * erfc(x) = 1 − erf(x), with all its digits in the upper tail.
 * @throws RangeError if x is NaN
 * @example
 * ```ts
 * erfc(0.5).toFixed(4); // => '0.4795'
 * ```
 */
export function erfc(x: number): number {
  checkNumber('erfc', x);
  if (x < 0) return 2 - erfc(-x);
  return x < 0.5 ? 1 - erf(x) : gaussian(x) * erfcx(x);
}

/**
 * exp(x²)·erfc(x), the scaled complementary error function: it does not underflow. Infinite below −26.6.
 * @throws RangeError if x is NaN
 * @example
 * ```ts
 * erfcx(30).toFixed(4); // => '0.0188'
 * ```
 */
export function erfcx(x: number): number {
  checkNumber('erfcx', x);
  if (x < 0) return 2 / gaussian(x) - erfcx(-x);
  if (x > 1e8) return TWO_OVER_SQRT_PI / 2 / x;
  const t = (x - 3.75) / (x + 3.75);
  let [next, afterNext] = [0, 0];
  for (let k = CHEBYSHEV.length - 1; k > 0; k--) {
    [next, afterNext] = [2 * t * next - afterNext + CHEBYSHEV[k]!, next];
  }
  return (t * next - afterNext + CHEBYSHEV[0]!) / (1 + 2 * x);
}

/** exp(−x²), without the error of x² times x². */
function gaussian(x: number): number {
  const [square, rest] = exactProduct(x, x);
  return Math.exp(-square) * Math.exp(-rest);
}

function checkNumber(caller: string, x: number): void {
  if (Number.isNaN(x)) throw new RangeError(`${caller}: x must be a number, got NaN`);
}
