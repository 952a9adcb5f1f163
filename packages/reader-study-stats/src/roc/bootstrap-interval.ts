import { normal } from '../distributions/normal.ts';

/**
 * The tails of the BCa interval: Φ(z₀ + (z₀ + z)/(1 − a·(z₀ + z))), with the bias z₀ from the share of
 * replicates below the estimate and the acceleration a = Σd³/(6·(Σd²)^{3/2}) from the jackknife of units.
 *
 * @see Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 14.3
 */
export function correctedTails(
  tails: readonly [number, number],
  known: {
    readonly estimate: number;
    /** Replicates, ascending. */
    readonly sorted: Float64Array;
    readonly leftOut: readonly number[];
  },
): readonly [number, number] {
  const { estimate, sorted, leftOut } = known;
  let [below, equal] = [0, 0];
  for (const value of sorted) {
    below += Number(value < estimate);
    equal += Number(value === estimate);
  }
  const share = (below + equal / 2) / sorted.length;
  const least = 0.5 / sorted.length;
  const bias = normal.quantile(Math.min(1 - least, Math.max(least, share)));
  const acceleration = skewness(leftOut) / 6;
  const corrected = (p: number): number => {
    const z = bias + normal.quantile(p);
    return normal.cdf(bias + z / (1 - acceleration * z));
  };
  return [corrected(tails[0]), corrected(tails[1])];
}

/** Σd³/(Σd²)^{3/2} of d = mean − value; 0 where all are equal. */
function skewness(values: readonly number[]): number {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [squares, cubes] = [0, 0];
  for (const value of values) {
    squares += (center - value) ** 2;
    cubes += (center - value) ** 3;
  }
  return squares > 0 ? cubes / squares ** 1.5 : 0;
}

/** Sample standard deviation. */
export function standardDeviation(values: Float64Array): number {
  const center = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** R's type 7: linear between order statistics. */
export function sampleQuantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
