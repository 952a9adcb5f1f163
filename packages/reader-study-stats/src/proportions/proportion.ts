import { agrestiCoullInterval } from './agresti-coull.ts';
import { checkLevel } from './check-counts.ts';
import type { EstimatedProportion, IntervalMethod } from './estimated-proportion.ts';
import { clopperPearsonInterval, midPInterval } from './exact-intervals.ts';
import { jeffreysInterval } from './jeffreys.ts';
import { wilsonInterval } from './wilson.ts';

/** 0 of 0: there is no rate, and nothing is made up for it. */
export interface EmptyProportion {
  /** There is no denominator. */
  readonly status: 'empty';
  /** No successes. */
  readonly k: 0;
  /** No trials. */
  readonly n: 0;
  /** 0/0 is no number. */
  readonly rate: null;
  /** No interval either. */
  readonly lower: null;
  /** No interval either. */
  readonly upper: null;
  /** Confidence level that was asked for. */
  readonly level: number;
  /** Interval that was asked for. */
  readonly method: IntervalMethod;
}

/** A proportion that may have an empty denominator; `status` tells. */
export type Proportion = EstimatedProportion | EmptyProportion;

/** Options of the functions that give an interval. */
export interface ProportionOptions {
  /** Confidence level in (0, 1); default 0.95. */
  readonly level?: number;
  /** Interval method; default 'wilson'. */
  readonly method?: IntervalMethod;
}

/**
 * k of n with the interval of the method asked for, or status 'empty' when n is 0.
 *
 * @param k successes, 0 ≤ k ≤ n
 * @param n trials, a whole number ≥ 0
 * @throws RangeError if k, n or level is outside its range
 * @example
 * ```ts
 * proportion(0, 0).status; // => 'empty'
 * ```
 */
export function proportion(k: number, n: number, options: ProportionOptions = {}): Proportion {
  const { level = 0.95, method = 'wilson' } = options;
  if (k === 0 && n === 0) {
    checkLevel('proportion', level);
    return { status: 'empty', k, n, rate: null, lower: null, upper: null, level, method };
  }
  return INTERVALS[method](k, n, { level });
}

const INTERVALS: Readonly<
  Record<IntervalMethod, (k: number, n: number, at: { level: number }) => EstimatedProportion>
> = {
  wilson: wilsonInterval,
  'wilson-corrected': (k, n, { level }) => wilsonInterval(k, n, { level, correction: true }),
  'clopper-pearson': clopperPearsonInterval,
  'mid-p': midPInterval,
  'agresti-coull': agrestiCoullInterval,
  jeffreys: jeffreysInterval,
};
