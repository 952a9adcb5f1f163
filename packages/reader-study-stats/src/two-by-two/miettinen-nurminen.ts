import { findRootWithin } from '../distributions/find-root.ts';
import { normal } from '../distributions/normal.ts';
import type { TestResult, ZeroVarianceResult } from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Count, checkCounts } from './count.ts';
import type { DifferenceInterval } from './difference-interval.ts';
import { checkNullValue, type ScoreTestOptions, scoreOf } from './tango.ts';

/** Options of {@link miettinenNurminenTest}. */
export interface MiettinenNurminenOptions extends ScoreTestOptions {
  /** Variance times N/(N − 1); default true. Without it the interval is Mee's. */
  readonly correction?: boolean;
}

/**
 * Miettinen and Nurminen's score test and interval for the difference δ = p1 − p2 of two independent proportions:
 * z(δ) = (k1/n1 − k2/n2 − δ)/√((p̃1(1 − p̃1)/n1 + p̃2(1 − p̃2)/n2)·N/(N − 1)), p̃ the maximum-likelihood rates under
 * δ; the interval is all δ that the two-sided test keeps.
 *
 * @param first k of n
 * @param second k of n
 * @returns status 'zero-variance' where both rates are 0, or both 1, and nullValue is 0
 * @throws RangeError if a count, the level or nullValue is outside its range
 * @example
 * ```ts
 * const { ci } = miettinenNurminenTest({ k: 56, n: 70 }, { k: 48, n: 80 });
 * ci?.lower.toFixed(4); // => '0.0528'
 * ```
 * @see Miettinen and Nurminen 1985, Stat Med 4:213, doi 10.1002/sim.4780040211
 * @see Mee 1984, Biometrics 40:1175
 */
export function miettinenNurminenTest(
  first: Count,
  second: Count,
  options: MiettinenNurminenOptions = {},
): TestResult | ZeroVarianceResult {
  const { nullValue = 0, alternative = 'two-sided', correction = true } = options;
  const ci = miettinenNurminenInterval(first, second, options);
  checkNullValue('miettinenNurminenTest', nullValue);
  const { estimate } = ci;
  const se = restrictedError([first, second], nullValue, correction);
  const context = {
    design: 'unpaired',
    n: { first: first.n, second: second.n },
    warnings: [],
    method: ci.method,
    references: ['Miettinen and Nurminen 1985, doi 10.1002/sim.4780040211'],
  };
  const { level, lower, upper, method } = ci;
  const interval = { level, lower, upper, method };
  return waldTest({ estimate, se, df: null, alternative, level, nullValue, ci: interval }, context);
}

/**
 * The interval of {@link miettinenNurminenTest} alone, which exists for all counts.
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * miettinenNurminenInterval({ k: 9, n: 10 }, { k: 3, n: 10 }).lower.toFixed(3); // => '0.170'
 * ```
 */
export function miettinenNurminenInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number; readonly correction?: boolean } = {},
): DifferenceInterval {
  const { level = 0.95, correction = true } = options;
  checkCounts('miettinenNurminenInterval', first, second);
  checkLevel('miettinenNurminenInterval', level);
  const estimate = first.k / first.n - second.k / second.n;
  const z = normal.upperQuantile((1 - level) / 2);
  const score = (delta: number): number =>
    scoreOf(estimate - delta, restrictedError([first, second], delta, correction));
  return {
    estimate,
    level,
    lower: findRootWithin((delta) => z - score(delta), -1, estimate),
    upper: findRootWithin((delta) => -z - score(delta), estimate, 1),
    method: correction ? 'miettinen-nurminen' : 'mee',
  };
}

function restrictedError(
  [first, second]: readonly [Count, Count],
  delta: number,
  correction: boolean,
): number {
  const p2 = restrictedRate(first, second, delta);
  const p1 = Math.min(1, Math.max(0, p2 + delta));
  const total = first.n + second.n;
  const variance = (p1 * (1 - p1)) / first.n + (p2 * (1 - p2)) / second.n;
  return Math.sqrt(correction ? (variance * total) / (total - 1) : variance);
}

/** The second rate of largest likelihood where the first is higher by δ: the zero of a falling score. */
function restrictedRate(first: Count, second: Count, delta: number): number {
  const share = (k: number, p: number): number => (k === 0 ? 0 : k / Math.max(0, p));
  const score = (p: number): number =>
    share(first.k, p + delta) -
    share(first.n - first.k, 1 - p - delta) +
    share(second.k, p) -
    share(second.n - second.k, 1 - p);
  return findRootWithin((p) => -score(p), Math.max(0, -delta), Math.min(1, 1 - delta));
}
