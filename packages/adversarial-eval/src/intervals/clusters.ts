/** Which cluster (patient) each image belongs to. */
export interface Clusters {
  /** Per image: its cluster, 0 … count − 1, numbered as they first occur. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Successes and trials per cluster: the sufficient statistics of a rate. */
export interface Tally {
  readonly k: Float64Array;
  readonly n: Float64Array;
}

/** Images with the same key (patientId) form a cluster. */
export function clusterBy(keys: readonly string[]): Clusters {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(keys, (key) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { of, count: numbers.size };
}

/** Each image a cluster of its own. */
export function singletons(images: number): Clusters {
  return { of: Int32Array.from({ length: images }, (_, i) => i), count: images };
}

/** Nothing counted yet. */
export function emptyTally(clusters: number): Tally {
  return { k: new Float64Array(clusters), n: new Float64Array(clusters) };
}

/**
 * Counts per cluster.
 *
 * @param value of image i: a success, a failure, or null: not counted
 */
export function tallyBy(clusters: Clusters, value: (image: number) => boolean | null): Tally {
  const { k, n } = emptyTally(clusters.count);
  clusters.of.forEach((cluster, image) => {
    const counted = value(image);
    if (counted === null) return;
    n[cluster]!++;
    if (counted) k[cluster]!++;
  });
  return { k, n };
}
