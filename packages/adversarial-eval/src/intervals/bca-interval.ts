import { normal } from '@mammo/reader-study-stats';

/** What a BCa interval needs beside the replicates. */
export interface BcaInput {
  /** z of the two-sided interval: the normal quantile, or Student's where clusters are few. */
  readonly quantile: number;
  /** Influence of each cluster on the statistic, up to a factor. */
  readonly influence: ArrayLike<number>;
  /** The stratum that each cluster was drawn from. */
  readonly strata: ArrayLike<number>;
}

/**
 * Efron's bias-corrected and accelerated interval. With z₀ = Φ⁻¹(share of replicates below the
 * estimate, equal ones half) and a = Σu³/(6·(Σu²)^1.5) over the influences u, centred by stratum, the
 * ends are the replicates' quantiles at Φ(z₀ + (z₀ ± z)/(1 − a(z₀ ± z))).
 *
 * @param replicates NaN where the statistic was undefined
 * @returns null if more than a tenth are undefined, or if they do not vary
 * @see Efron 1987, J Am Stat Assoc 82:171, doi 10.1080/01621459.1987.10478410
 */
export function bcaInterval(
  replicates: Float64Array,
  estimate: number,
  { quantile, influence, strata }: BcaInput,
): { readonly lower: number; readonly upper: number } | null {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  const size = sorted.length;
  if (size < 0.9 * replicates.length || size === 0 || sorted[0] === sorted[size - 1]) return null;
  let [below, equal] = [0, 0];
  for (const value of sorted) {
    if (Math.abs(value - estimate) < 1e-12) equal++;
    else if (value < estimate) below++;
  }
  const share = Math.min(Math.max(below + equal / 2, 0.5), size - 0.5) / size;
  const bias = normal.quantile(share);
  const acceleration = accelerationOf(influence, strata);
  const end = (z: number): number => {
    const moved = bias + z;
    return quantileOf(sorted, normal.cdf(bias + moved / (1 - acceleration * moved)));
  };
  return { lower: Math.min(end(-quantile), estimate), upper: Math.max(end(quantile), estimate) };
}

function accelerationOf(influence: ArrayLike<number>, strata: ArrayLike<number>): number {
  const sums: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < influence.length; i++) {
    const stratum = strata[i]!;
    sums[stratum] = (sums[stratum] ?? 0) + influence[i]!;
    sizes[stratum] = (sizes[stratum] ?? 0) + 1;
  }
  let [squares, cubes] = [0, 0];
  for (let i = 0; i < influence.length; i++) {
    const u = influence[i]! - sums[strata[i]!]! / sizes[strata[i]!]!;
    squares += u * u;
    cubes += u * u * u;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The quantile between order statistics (R's type 7). */
function quantileOf(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
