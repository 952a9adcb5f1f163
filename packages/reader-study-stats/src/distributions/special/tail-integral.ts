const STEP = 1 / 12;
const NODES = Array.from({ length: 121 }, (_, i) => {
  const u = (i - 66) * STEP;
  const node = Math.exp(u - Math.exp(-u));
  return { node, weight: STEP * node * (1 + Math.exp(-u)) };
});

/**
 * ∫₀^∞ exp(−cost(s)) ds for an analytic cost that grows at least in proportion to s: the trapezoidal rule after
 * s = scale·exp(u − exp(−u)), with about 15 digits.
 *
 * @param cost 0 at 0, increasing; Infinity where the integrand is 0
 * @param scale where cost is about 1
 * @see Takahasi and Mori 1974, Publ RIMS 9:721, doi 10.2977/prims/1195192451
 */
export function tailIntegral(cost: (s: number) => number, scale: number): number {
  let sum = 0;
  for (const { node, weight } of NODES) sum += weight * Math.exp(-cost(scale * node));
  return scale * sum;
}
