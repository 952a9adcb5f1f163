import type { Count } from './fisher-exact.ts';
import { wilsonInterval } from './proportions.ts';
import type { ConfidenceInterval } from './test-result.ts';

/**
 * Newcombe's interval for the difference k1/n1 − k2/n2 of two independent proportions (his method 10:
 * the square-and-add combination of two Wilson intervals).
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95
 * @throws RangeError if a count or the level is outside its range
 * @see Newcombe 1998, Stat Med 17:873, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I
 */
export function newcombeInterval(
  first: Count,
  second: Count,
  options: { readonly level?: number } = {},
): ConfidenceInterval & { readonly estimate: number } {
  const a = wilsonInterval(first.k, first.n, options);
  const b = wilsonInterval(second.k, second.n, options);
  const estimate = a.rate - b.rate;
  return {
    estimate,
    level: a.level,
    lower: estimate - Math.hypot(a.rate - a.lower, b.upper - b.rate),
    upper: estimate + Math.hypot(a.upper - a.rate, b.rate - b.lower),
    method: 'newcombe-wilson',
  };
}
