const LOG_2_PI = 1.8378770664093456;
const LOG_SQRT_2_PI = LOG_2_PI / 2;

/** ζ(k) − 1 for k = 2, 3, …: coefficients of log Γ(2 + z). */
const ZETA_MINUS_1 = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
  0.01734306198444914, 0.008349277381922827, 0.004077356197944339, 0.0020083928260822143,
  0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
  6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6,
  3.81729326499984e-6, 1.908212716553939e-6, 9.53962033872796e-7, 4.769329867878066e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8,
  1.490155482836504e-8, 7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];
/** 1 − γ (Euler's constant). */
const ONE_MINUS_GAMMA = 0.42278433509846713;

/** B₂ₖ/(2k(2k − 1)): coefficients of 1/z, 1/z³, 1/z⁵, … in Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/**
 * log Γ(x); relative error below 1e-14, near its zeros at 1 and 2 as well.
 *
 * @param x > 0
 * @throws RangeError if x is not positive and finite
 * @example
 * ```ts
 * logGamma(0.5); // => Math.log(Math.PI) / 2
 * ```
 * @see DLMF 5.7.3 (series at 2), 5.11.1 (Stirling's series)
 */
export function logGamma(x: number): number {
  if (!(x > 0 && Number.isFinite(x))) {
    throw new RangeError(`logGamma: x must be positive and finite, got ${x}`);
  }
  if (x < 0.5) return logGamma1p(x) - Math.log(x);
  if (x < 1.5) return logGamma1p(x - 1);
  if (x < 2.5) return logGamma2p(x - 2);
  return (x - 0.5) * Math.log(x) - x + LOG_SQRT_2_PI + stirlingError(x);
}

/** log Γ(1 + z), |z| ≤ 1/2, to the last digits at z = 0. */
export function logGamma1p(z: number): number {
  return logGamma2p(z) - Math.log1p(z);
}

/** log Γ(2 + z) = (1 − γ)z + Σₖ (−1)ᵏ(ζ(k) − 1)zᵏ/k, |z| ≤ 1/2. */
function logGamma2p(z: number): number {
  let sum = 0;
  for (let i = ZETA_MINUS_1.length - 1; i >= 0; i--) {
    sum = ZETA_MINUS_1[i]! / (i + 2) - z * sum;
  }
  return z * (ONE_MINUS_GAMMA + z * sum);
}

/**
 * log Γ(z + 1) − (z·log z − z), which is 0 at 0 and ½·log(2πz) + 1/(12z) − … far out: what is left of a
 * factorial once the parts that cancel in probabilities are gone.
 *
 * @param z ≥ 0
 */
export function factorialRemainder(z: number): number {
  if (z === 0) return 0;
  if (z < 0.5) return logGamma1p(z) - z * Math.log(z) + z;
  return stirlingError(z) + (LOG_2_PI + Math.log(z)) / 2;
}

/**
 * log Γ(z + 1) − log(√(2πz)·(z/e)^z), z ≥ 1/2: Stirling's series from 16 on, and below it upward steps
 * (w + ½)·log(1 + 1/w) − 1 = Σ 1/((2k + 1)(2w + 1)²ᵏ), whose terms are all positive.
 */
function stirlingError(z: number): number {
  let steps = 0;
  let w = z;
  for (; w < 16; w++) {
    const ratio = 1 / ((2 * w + 1) * (2 * w + 1));
    let power = ratio;
    for (let k = 3; power > 1e-18; k += 2) {
      steps += power / k;
      power *= ratio;
    }
  }
  const square = 1 / (w * w);
  return steps + STIRLING.reduceRight((sum, c) => c + square * sum, 0) / w;
}

/**
 * log Γ(b + a) − log Γ(b) for small a, with all its digits however small a is.
 *
 * @param b > 0
 * @param a 0 < a ≤ 1
 */
export function logGammaIncrease(b: number, a: number): number {
  let steps = 0;
  let w = b;
  for (; w < 16; w++) steps += Math.log1p(a / w);
  const logRatio = Math.log1p(a / w);
  let series = 0;
  STIRLING.forEach((c, k) => {
    const power = 2 * k + 1;
    series += c * w ** -power * Math.expm1(-power * logRatio);
  });
  return (w - 0.5) * logRatio - a + a * Math.log(w + a) + series - steps;
}
