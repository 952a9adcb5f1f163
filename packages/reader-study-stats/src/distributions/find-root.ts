import type { TailTarget } from './distribution.ts';
import type { Tails } from './special/tails.ts';

/** log of the wanted tail less log of its target: increasing in x, 0 at the quantile. */
export function tailExcess(tails: Tails, { side, p }: TailTarget): number {
  return side === 'lower' ? tails.logLower - Math.log(p) : Math.log(p) - tails.logUpper;
}

/** The x > 0 that leaves a tail, searched on the scale of log x. */
export function positiveQuantile(
  tails: (x: number) => Tails,
  target: TailTarget,
  start: number,
): number {
  return Math.exp(findRoot((s) => tailExcess(tails(Math.exp(s)), target), Math.log(start)));
}

/** The whole number ≥ least that is the smallest with a tail no worse than its target (to 13 digits). */
export function wholeQuantile(
  tails: (k: number) => Tails,
  target: TailTarget,
  [least, most]: readonly [number, number],
): number {
  let [low, high] = [least - 1, most];
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (tailExcess(tails(middle), target) >= -1e-13) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The zero of an increasing function, to the last digits: a bracket grown from `start`, then Chandrupatla's
 * method (inverse quadratic interpolation where it is safe, bisection otherwise).
 *
 * @see Chandrupatla 1997, Adv Eng Softw 28:145, doi 10.1016/S0965-9978(96)00051-8
 */
export function findRoot(f: (x: number) => number, start: number): number {
  const finite = (x: number): number => Math.max(-1e300, Math.min(1e300, f(x)));
  let b = start;
  let fb = finite(b);
  if (fb === 0) return b;
  let [a, fa, step] = [b, fb, fb < 0 ? 0.5 : -0.5];
  while (fa * fb > 0 && Math.abs(step) < 1e308) {
    [b, fb] = [a, fa];
    a += step;
    fa = finite(a);
    step *= 2;
  }
  return bracketed(finite, [a, fa], [b, fb]);
}

/**
 * The zero of an increasing function between two bounds; a bound itself where the function has the same sign
 * all the way to it.
 */
export function findRootWithin(f: (x: number) => number, low: number, high: number): number {
  const finite = (x: number): number => Math.max(-1e300, Math.min(1e300, f(x)));
  const [atLow, atHigh] = [finite(low), finite(high)];
  if (atLow >= 0) return low;
  if (atHigh <= 0) return high;
  return bracketed(finite, [low, atLow], [high, atHigh]);
}

function bracketed(
  f: (x: number) => number,
  [start, atStart]: readonly [number, number],
  [end, atEnd]: readonly [number, number],
): number {
  let [a, fa, b, fb] = [start, atStart, end, atEnd];
  let [c, fc, t] = [b, fb, 0.5];
  for (let i = 0; i < 200; i++) {
    const x = a + t * (b - a);
    const fx = f(x);
    if (fx > 0 === fa > 0) [c, fc] = [a, fa];
    else [c, fc, b, fb] = [b, fb, a, fa];
    [a, fa] = [x, fx];
    const best = Math.abs(fa) < Math.abs(fb) ? a : b;
    const smallest = (2 ** -52 * Math.abs(best)) / Math.abs(b - a);
    if (fa === 0 || fb === 0 || !(smallest < 0.5)) return best;
    t = Math.min(1 - smallest, Math.max(smallest, interpolated([a, b, c], [fa, fb, fc])));
  }
  return a;
}

/** Where between a (0) and b (1) the inverse parabola through three points crosses 0; ½ where it is unsafe. */
function interpolated(
  [a, b, c]: readonly [number, number, number],
  [fa, fb, fc]: readonly [number, number, number],
): number {
  const xi = (a - b) / (c - b);
  const phi = (fa - fb) / (fc - fb);
  if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)) return 0.5;
  return (
    (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb))
  );
}
