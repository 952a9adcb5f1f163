/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';
import { betaPower, betaTails } from './beta.ts';

/**
 * P(T ≤ t) for Student's t; relative error below 1e-12 (1e-10 for more than 1e4 degrees of freedom).
 *
 * @param degreesOfFreedom > 0, not necessarily whole
 * @throws RangeError if an argument is outside its range
 */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  return studentTSf(-t, degreesOfFreedom);
}

/** P(T > t), the upper tail. Same arguments and errors as {@link studentTCdf}. */
export function studentTSf(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0 && Number.isFinite(degreesOfFreedom))) {
    throw new RangeError(
      `studentTSf: degreesOfFreedom must be positive and finite, got ${degreesOfFreedom}`,
    );
  }
  if (!Number.isFinite(t)) throw new RangeError(`studentTSf: t must be finite, got ${t}`);
  const n = degreesOfFreedom;
  const square = t * t;
  const { lower } = betaTails(n / (n + square), square / (n + square), n / 2, 0.5);
  return t >= 0 ? lower / 2 : 1 - lower / 2;
}

/**
 * The t with P(T ≤ t) = p: Newton steps on {@link studentTSf}, started at jstat's inverse.
 *
 * @param p probability, 0 < p < 1
 * @throws RangeError if p is outside (0, 1) or degreesOfFreedom is not positive
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`studentTQuantile: p must lie between 0 and 1, got ${p}`);
  }
  if (p === 0.5) return 0;
  if (p < 0.5) return -upperQuantile(p, degreesOfFreedom);
  return upperQuantile(1 - p, degreesOfFreedom);
}

function upperQuantile(tail: number, n: number): number {
  let t = -jstat.jStat.studentt.inv(tail, n);
  for (let i = 0; i < 50; i++) {
    const sf = studentTSf(t, n);
    const step = (Math.log(sf / tail) * sf) / density(t, n);
    t = t + step > 0 ? t + step : t / 2;
    // Newton's error is squared by every step: after this one it is below rounding.
    if (Math.abs(step) < 1e-9 * t) break;
  }
  return t;
}

/** −d sf/dt. */
function density(t: number, n: number): number {
  const square = t * t;
  return betaPower(n / (n + square), square / (n + square), n / 2, 0.5) / t;
}
