import { clopperPearsonInterval, wilsonInterval } from '@mammo/reader-study-stats';
import type { Tally } from './clusters.ts';
import { totals, wilsonClustered } from './wilson-clustered.ts';

/**
 * How the interval of a rate is computed. 'wilson' and 'clopper-pearson' take images as independent;
 * 'wilson-clustered' takes patients as independent (Wilson at the effective number of images);
 * 'bootstrap' draws patients, or images, with replacement (BCa).
 */
export type RateMethod = 'wilson' | 'clopper-pearson' | 'wilson-clustered' | 'bootstrap';

/** One interval of a rate. */
export interface RateInterval {
  readonly method: RateMethod;
  readonly lower: number;
  readonly upper: number;
}

/** k of n images, with the interval that was asked for and those of the other methods. */
export interface EstimatedRate {
  readonly status: 'ok';
  readonly k: number;
  readonly n: number;
  /** k / n. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Of `lower` and `upper`. */
  readonly method: RateMethod;
  /** Patients who have an image in the denominator. */
  readonly patients: number;
  /**
   * Variance of the rate over what it would be if images were independent; null where none can be
   * seen (a rate of 0 or 1, or one patient).
   */
  readonly designEffect: number | null;
  /** All that were computed. */
  readonly intervals: readonly RateInterval[];
}

/** 0 of 0: there is no rate, and nothing is made up for it. */
export interface EmptyRate {
  readonly status: 'empty';
  readonly k: 0;
  readonly n: 0;
  readonly rate: null;
  readonly lower: null;
  readonly upper: null;
  readonly level: number;
  readonly method: RateMethod;
  readonly patients: 0;
  readonly designEffect: null;
  readonly intervals: readonly RateInterval[];
}

/** A rate that may have an empty denominator; `status` tells. */
export type RateEstimate = EstimatedRate | EmptyRate;

/** What all rates of an evaluation have in common. */
export interface RateSettings {
  readonly level: number;
  readonly method: RateMethod;
}

/**
 * The rate Σk/Σn of a tally, with its intervals. Where there is no bootstrap interval, the method
 * 'bootstrap' gives way to 'wilson-clustered', and the result says so.
 *
 * @param tally successes and trials per patient
 * @param settings level, method, and the bootstrap's interval if there is one
 */
export function rateEstimate(
  tally: Tally,
  settings: RateSettings & { readonly bootstrap?: RateInterval | null },
): RateEstimate {
  const { level, bootstrap } = settings;
  const without = settings.method === 'bootstrap' && !bootstrap;
  const method = without ? 'wilson-clustered' : settings.method;
  const { successes: k, trials: n, patients } = totals(tally);
  if (n === 0) {
    const nothing = { rate: null, lower: null, upper: null, designEffect: null } as const;
    return { status: 'empty', k: 0, n: 0, ...nothing, level, method, patients: 0, intervals: [] };
  }
  const { designEffect, ...clustered } = wilsonClustered(tally, level);
  const intervals: readonly RateInterval[] = [
    { method: 'wilson', ...bounds(wilsonInterval(k, n, { level })) },
    { method: 'clopper-pearson', ...bounds(clopperPearsonInterval(k, n, { level })) },
    { method: 'wilson-clustered', ...clustered },
    ...(bootstrap ? [bootstrap] : []),
  ];
  const chosen = intervals.find((interval) => interval.method === method);
  return {
    status: 'ok',
    k,
    n,
    rate: k / n,
    ...bounds(chosen ?? clustered),
    level,
    method,
    patients,
    designEffect,
    intervals,
  };
}

function bounds({ lower, upper }: { readonly lower: number; readonly upper: number }): {
  readonly lower: number;
  readonly upper: number;
} {
  return { lower, upper };
}
