import {
  type ContinuousDistribution,
  checkPositive,
  distribution,
  type TailTarget,
} from './distribution.ts';
import { positiveQuantile } from './find-root.ts';
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
 * studentT({ df: 1 }).sf(1); // => 0.25
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
    const t = positiveQuantile((x) => distanceTails(x, df), target, 1);
    return side === 'lower' ? -t : t;
  };
  return {
    ...distribution({
      name: 'studentT',
      support: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      tails,
      find,
    }),
    pdf: (t) => {
      const logScale = logGammaIncrease(df / 2, 0.5) - Math.log(Math.PI * df) / 2;
      return Math.exp(logScale - ((df + 1) / 2) * Math.log1p((t * t) / df));
    },
  };
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
