import type { BinaryLabel, Placements } from './auc.ts';

/** Placements less the area, summed by cluster. */
interface ClusterSums {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * The cluster of every case, by class in input order, as indices.
 * @throws RangeError if there is not one name per case, or a class lies in a single cluster
 */
export function clustersByClass(
  caller: string,
  labels: readonly BinaryLabel[],
  clusters: readonly string[],
): { readonly count: number; readonly positives: Int32Array; readonly negatives: Int32Array } {
  if (clusters.length !== labels.length) {
    throw new RangeError(
      `${caller}: clusters must name the cluster of each of ${labels.length} cases, got ${clusters.length}`,
    );
  }
  const index = new Map([...new Set(clusters)].map((name, i) => [name, i]));
  const own: Record<BinaryLabel, number[]> = { positive: [], negative: [] };
  labels.forEach((label, i) => {
    own[label].push(index.get(clusters[i]!)!);
  });
  for (const label of ['positive', 'negative'] as const) {
    if (new Set(own[label]).size < 2) {
      throw new RangeError(`${caller}: ${label} cases must lie in at least two clusters, got one`);
    }
  }
  return {
    count: index.size,
    positives: Int32Array.from(own.positive),
    negatives: Int32Array.from(own.negative),
  };
}

/**
 * Variance of an empirical AUC (or of a difference, of the differences of placements) from cases in
 * clusters, both classes in one cluster or not:
 *
 * Var = S₁₀/M + S₀₁/N + 2·S₁₁/(M·N) with S₁₀ = I₁₀/((I₁₀ − 1)·M)·Σ(V₁₀ᵢ − mᵢA)², S₀₁ alike,
 * S₁₁ = I/(I − 1)·Σ(V₁₀ᵢ − mᵢA)(V₀₁ᵢ − nᵢA),
 *
 * over clusters i with mᵢ positives, nᵢ negatives and sums Vᵢ of their placements; I₁₀ and I₀₁ clusters
 * have positives, negatives. With one case per cluster, that is DeLong's.
 *
 * @see Obuchowski 1997, Biometrics 53:567, doi 10.2307/2533958
 */
export function clusteredVariance(
  { auc, positives, negatives }: Pick<Placements, 'auc' | 'positives' | 'negatives'>,
  clusters: ReturnType<typeof clustersByClass>,
): number {
  const sums: ClusterSums = {
    positives: byCluster(positives, auc, clusters.positives, clusters.count),
    negatives: byCluster(negatives, auc, clusters.negatives, clusters.count),
  };
  const [m, n] = [positives.length, negatives.length];
  const ofClass = (name: 'positives' | 'negatives', size: number): number => {
    const present = new Set(clusters[name]).size;
    return ((present / (present - 1)) * product(sums[name], sums[name])) / size ** 2;
  };
  const both = clusters.count / (clusters.count - 1);
  const cross = (2 * both * product(sums.positives, sums.negatives)) / (m * n);
  return ofClass('positives', m) + ofClass('negatives', n) + cross;
}

function byCluster(
  shares: Float64Array,
  auc: number,
  clusters: Int32Array,
  count: number,
): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < shares.length; i++) sums[clusters[i]!]! += shares[i]! - auc;
  return sums;
}

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
