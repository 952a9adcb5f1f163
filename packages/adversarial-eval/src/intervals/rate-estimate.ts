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
  /** How it was computed. */
  readonly method: RateMethod;
  /** Lower limit, in [0, 1]. */
  readonly lower: number;
  /** Upper limit, in [0, 1]. */
  readonly upper: number;
}

/** What a rate has, and what may be missing. */
interface CountedRate {
  /** 'empty': the denominator is 0. */
  readonly status: 'ok' | 'empty';
  /** Images, or answers, that count as successes. */
  readonly k: number;
  /** The denominator: images, or answers, that could have been successes. */
  readonly n: number;
  /** k / n; null of 0 / 0. */
  readonly rate: number | null;
  /** Lower confidence limit by `method`, in [0, 1]. */
  readonly lower: number | null;
  /** Upper confidence limit by `method`, in [0, 1]. */
  readonly upper: number | null;
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** Of `lower` and `upper`: as asked for, but 'wilson-clustered' where a bootstrap gave no interval. */
  readonly method: RateMethod;
  /** Patients who have an image in the denominator. */
  readonly patients: number;
  /**
   * Variance of the rate over what it would be if images were independent; null where none can be
   * seen (a rate of 0 or 1, or one patient).
   */
  readonly designEffect: number | null;
  /** All that were computed; empty of 0 / 0. */
  readonly intervals: readonly RateInterval[];
}

/** k of n images, with the interval that was asked for and those of the other methods. */
export interface EstimatedRate extends CountedRate {
  readonly status: 'ok';
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

/** 0 of 0: there is no rate, and nothing is made up for it. */
export interface EmptyRate extends CountedRate {
  readonly status: 'empty';
  readonly k: 0;
  readonly n: 0;
  readonly rate: null;
  readonly lower: null;
  readonly upper: null;
  readonly patients: 0;
  readonly designEffect: null;
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
