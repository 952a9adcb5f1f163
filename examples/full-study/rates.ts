import type { EstimatedArea, RateEstimate } from '@mammo/adversarial-eval';
import type { Proportion } from '@mammo/reader-study-stats';
import type { Estimate, Rate } from './results.ts';

export type { Rate } from './results.ts';

/** A proportion as results.json has it; of no images there is no share, and nothing is invented. */
export function rateOf(proportion: Proportion | RateEstimate): Rate {
  if (proportion.status !== 'ok') return { k: 0, n: 0, rate: null, lower: null, upper: null };
  const { k, n, rate, lower, upper } = proportion;
  return { k, n, rate, lower, upper };
}

/** An area as results.json has it. */
export function estimateOf({ estimate, ci }: EstimatedArea): Estimate {
  return { estimate, lower: ci?.lower ?? null, upper: ci?.upper ?? null };
}
