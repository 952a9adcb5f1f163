/** A p-value, or null where a test was not possible: it stays null and is not counted. */
type PValue = number | null;

/**
 * Holm's step-down adjustment of p-values for several tests (family-wise error); order is kept.
 *
 * @param pValues numbers in [0, 1], or null
 * @throws RangeError if a value is outside [0, 1]
 * @example
 * ```ts
 * holmAdjust([0.01, 0.04]); // => [0.02, 0.04]
 * ```
 * @see Holm 1979, Scand J Stat 6:65
 */
export function holmAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('holmAdjust', pValues, (p) => cumulativeMax(p.map((q, i) => (p.length - i) * q)));
}

/**
 * Hochberg's step-up adjustment (family-wise error, independent or positively dependent tests).
 * @example
 * ```ts
 * hochbergAdjust([0.01, 0.04, 0.03]); // => [0.03, 0.04, 0.04]
 * ```
 * @see Hochberg 1988, Biometrika 75:800, doi 10.1093/biomet/75.4.800
 */
export function hochbergAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('hochbergAdjust', pValues, (p) =>
    cumulativeMin(p.map((q, i) => (p.length - i) * q)),
  );
}

/**
 * Hommel's adjustment, the closure of Simes' test: never larger than Hochberg's.
 * @example
 * ```ts
 * hommelAdjust([0.01, 0.02, null]); // => [0.02, 0.02, null]
 * ```
 * @see Hommel 1988, Biometrika 75:383, doi 10.1093/biomet/75.2.383
 * @see Wright 1992, Biometrics 48:1005, doi 10.2307/2532694 (the algorithm)
 */
export function hommelAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('hommelAdjust', pValues, hommel);
}

/**
 * Benjamini and Hochberg's step-up adjustment (false discovery rate).
 * @example
 * ```ts
 * benjaminiHochbergAdjust([0.02, 0.03]); // => [0.03, 0.03]
 * ```
 * @see Benjamini and Hochberg 1995, J R Stat Soc B 57:289, doi 10.1111/j.2517-6161.1995.tb02031.x
 */
export function benjaminiHochbergAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('benjaminiHochbergAdjust', pValues, (p) =>
    cumulativeMin(p.map((q, i) => (p.length / (i + 1)) * q)),
  );
}

/**
 * Benjamini and Yekutieli's adjustment (false discovery rate under any dependence).
 * @example
 * ```ts
 * benjaminiYekutieliAdjust([0.01, 0.04]).map((q) => q?.toFixed(3)); // => ['0.030', '0.060']
 * ```
 * @see Benjamini and Yekutieli 2001, Ann Stat 29:1165, doi 10.1214/aos/1013699998
 */
export function benjaminiYekutieliAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('benjaminiYekutieliAdjust', pValues, (p) => {
    const harmonic = p.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
    return cumulativeMin(p.map((q, i) => harmonic * (p.length / (i + 1)) * q));
  });
}

/**
 * Bonferroni's adjustment: every p-value times the number of tests.
 * @example
 * ```ts
 * bonferroniAdjust([0.01, 0.04, 0.03]); // => [0.03, 0.12, 0.09]
 * ```
 */
export function bonferroniAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('bonferroniAdjust', pValues, (p) => p.map((q) => p.length * q));
}

/**
 * Šidák's adjustment 1 − (1 − p)ⁿ, exact for independent tests.
 * @example
 * ```ts
 * sidakAdjust([0.01, 0.04]).map((q) => q?.toFixed(4)); // => ['0.0199', '0.0784']
 * ```
 */
export function sidakAdjust<P extends PValue>(pValues: readonly P[]): readonly P[] {
  return adjust('sidakAdjust', pValues, (p) =>
    p.map((q) => -Math.expm1(p.length * Math.log1p(-q))),
  );
}

/** Adjusts the sorted p-values and puts them back in their order. */
function adjust<P extends PValue>(
  caller: string,
  pValues: readonly P[],
  ofSorted: (sorted: readonly number[]) => readonly number[],
): readonly P[] {
  for (const p of pValues) {
    if (p !== null && !(p >= 0 && p <= 1)) {
      throw new RangeError(`${caller}: p must lie in [0, 1], got ${p}`);
    }
  }
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter((entry): entry is { p: P & number; index: number } => entry.p !== null)
    .sort((a, b) => a.p - b.p);
  const adjusted: PValue[] = [...pValues];
  ofSorted(order.map(({ p }) => p)).forEach((p, rank) => {
    adjusted[order[rank]!.index] = Math.min(1, p);
  });
  return adjusted as P[];
}

function cumulativeMax(values: readonly number[]): readonly number[] {
  let running = 0;
  return values.map((value) => {
    running = Math.max(running, value);
    return running;
  });
}

/** The least of each value and those after it. */
function cumulativeMin(values: readonly number[]): readonly number[] {
  let running = Number.POSITIVE_INFINITY;
  return values
    .map((_, i) => values.length - 1 - i)
    .map((i) => {
      running = Math.min(running, values[i]!);
      return running;
    })
    .reverse();
}

/** For every size m of a subset: the least m·p/rank over its largest members bounds what the others get. */
function hommel(p: readonly number[]): readonly number[] {
  const n = p.length;
  const simes = (m: number): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 1; i <= m; i++) least = Math.min(least, (m * p[n - m + i - 1]!) / i);
    return least;
  };
  const adjusted = p.map((q) => Math.max(q, n === 0 ? 0 : simes(n)));
  for (let m = n - 1; m > 1; m--) {
    let bound = Number.POSITIVE_INFINITY;
    for (let i = 2; i <= m; i++) bound = Math.min(bound, (m * p[n - m + i - 1]!) / i);
    for (let i = 0; i < n; i++) {
      adjusted[i] = Math.max(adjusted[i]!, Math.min(bound, m * p[Math.min(i, n - m)]!));
    }
  }
  return adjusted;
}
