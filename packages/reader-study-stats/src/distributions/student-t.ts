import {
  type ContinuousDistribution,
  checkPositive,
  distribution,
  type TailTarget,
} from './distribution.ts';
import { positiveQuantile, tailExcess } from './find-root.ts';
import { normal } from './normal.ts';
import { betaTails } from './special/incomplete-beta.ts';
import { logGammaIncrease } from './special/log-gamma.ts';
import { flipped, fromLogLower, fromLogUpper, type Tails } from './special/tails.ts';

/**
 * Student's t distribution: P(|T| > t) = I_x(df/2, ½), x = df/(df + t²). Relative error below 1e-12.
 *
 * @param parameters df: degrees of freedom, > 0, not necessarily whole
 * @throws RangeError if df is not positive and finite
 * @example
 * ```ts
 * studentT({ df: 1 }).sf(1).toFixed(12); // => '0.250000000000'
 * ```
 */
export function studentT(parameters: { readonly df: number }): ContinuousDistribution {
  const { df } = parameters;
  checkPositive('studentT', { df });
  const tails = (t: number): Tails => {
    const above = fromLogUpper(distanceTails(Math.abs(t), df).logUpper - Math.LN2);
    return t >= 0 ? above : flipped(above);
  };
  const find = ({ side, p }: TailTarget): number => {
    if (p === 0.5) return 0;
    const target: TailTarget =
      p > 0.25 ? { side: 'lower', p: 1 - 2 * p } : { side: 'upper', p: 2 * p };
    const t =
      newtonQuantile(df, target, guess(p, df)) ??
      positiveQuantile((x) => distanceTails(x, df), target, 1);
    return side === 'lower' ? -t : t;
  };
  return {
    ...distribution({
      name: 'studentT',
      support: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      tails,
      find,
    }),
    pdf: (t) => Math.exp(logPeak(df) + logFall(t, df)),
  };
}

/** Log of the density at 0, and how much lower it is at t. */
const logPeak = (df: number): number => logGammaIncrease(df / 2, 0.5) - Math.log(Math.PI * df) / 2;
const logFall = (t: number, df: number): number => -((df + 1) / 2) * Math.log1p((t * t) / df);

/** Two terms of Cornish and Fisher's expansion. */
function guess(p: number, df: number): number {
  const z = normal.upperQuantile(p);
  return z + (z * (z * z + 1)) / (4 * df) + (z * (5 * z ** 4 + 16 * z * z + 3)) / (96 * df * df);
}

/**
 * Newton's method on log t for the logarithm of the wanted tail of |T|, a convex (or concave) function that rises, so that
 * it closes in from one side; null where it has not in ten steps.
 */
function newtonQuantile(df: number, target: TailTarget, start: number): number | null {
  const peak = Math.LN2 + logPeak(df);
  let t = start;
  for (let i = 0; i < 10; i++) {
    const tails = distanceTails(t, df);
    const logTail = target.side === 'upper' ? tails.logUpper : tails.logLower;
    const slope = t * Math.exp(peak + logFall(t, df) - logTail);
    const step = tailExcess(tails, target) / slope;
    if (!(Math.abs(step) < 1)) return null;
    t *= Math.exp(-step);
    if (Math.abs(step) < 1e-9) return t;
  }
  return null;
}

/** Both tails of |T| at t ≥ 0. */
function distanceTails(t: number, df: number): Tails {
  const ratio = (t * t) / df;
  if (ratio > 1e200) return farTails(t, df);
  const x = 1 / (1 + ratio);
  // a·y − b·x with a = df/2, b = ½ is x·(t² − 1)/2
  const excess = (x * (t - 1) * (t + 1)) / 2;
  return flipped(betaTails({ a: df / 2, b: 0.5, x, y: ratio * x, excess }));
}

/** P(|T| > t) = t⁻ᵈᶠ·df^(df/2)·2Γ((df + 1)/2)/(√π·df·Γ(df/2)), the first term of the series in df/t². */
function farTails(t: number, df: number): Tails {
  const a = df / 2;
  const logUpper =
    df * (Math.log(df) / 2 - Math.log(t)) +
    logGammaIncrease(a, 0.5) -
    Math.log(Math.PI) / 2 -
    Math.log(a);
  return flipped(fromLogLower(logUpper));
}
