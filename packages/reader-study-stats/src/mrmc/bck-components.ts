import type { BdgMoments } from './bdg-moments.ts';

/** Sources of variance: readers R, negative cases N, positive (diseased) cases D, and interactions. */
export type BckSource = 'N' | 'D' | 'ND' | 'R' | 'NR' | 'DR' | 'RND';

/** One number per source of variance. */
export type BckComponents = Readonly<Record<BckSource, number>>;

/** Variance components of a mean figure of merit with their coefficients: Cov = Σ coefficient·component. */
export interface BckDecomposition {
  /** From moments over products that share exactly what they should; single ones may be below 0. */
  readonly unbiased: BckComponents;
  /** From the moments of the empirical distribution, which are biased upwards. */
  readonly mle: BckComponents;
  /** Of a crossed study 1/n₀ for N, 1/n₁ for D, 1/r for R, and their products; 0 where the design lacks the source. */
  readonly coefficients: BckComponents;
}

/** A coefficient below this is 0 plus rounding: the design lacks the source. */
const ABSENT = 1e-12;

/** Component = Σ sign·moment, Gallas 2009, equation 19. */
const OF_MOMENTS: Readonly<Record<BckSource, readonly number[]>> = {
  N: [0, 0, 0, 0, 0, 0, 1, -1],
  D: [0, 0, 0, 0, 0, 1, 0, -1],
  ND: [0, 0, 0, 0, 1, -1, -1, 1],
  R: [0, 0, 0, 1, 0, 0, 0, -1],
  NR: [0, 0, 1, -1, 0, 0, -1, 1],
  DR: [0, 1, 0, -1, 0, -1, 0, 1],
  RND: [1, -1, -1, 1, -1, 1, 1, -1],
};

/** Coefficient = Σ of the coefficients of the moments that share the source. */
const OF_COEFFICIENTS: Readonly<Record<BckSource, readonly number[]>> = {
  N: [1, 0, 1, 0, 1, 0, 1, 0],
  D: [1, 1, 0, 0, 1, 1, 0, 0],
  ND: [1, 0, 0, 0, 1, 0, 0, 0],
  R: [1, 1, 1, 1, 0, 0, 0, 0],
  NR: [1, 0, 1, 0, 0, 0, 0, 0],
  DR: [1, 1, 0, 0, 0, 0, 0, 0],
  RND: [1, 0, 0, 0, 0, 0, 0, 0],
};

/**
 * The seven components of Barrett, Clarkson and Kupinski from the moments of Gallas; 0 for a source that
 * two tests do not share.
 *
 * @see Clarkson, Kupinski and Barrett 2006, Acad Radiol 13:1410, doi 10.1016/j.acra.2006.07.016
 * @see Gallas et al. 2009, doi 10.1080/03610920802610084, equation 19
 */
export function bckComponents(moments: BdgMoments): BckDecomposition {
  const coefficients = mapSources((source) =>
    combine(OF_COEFFICIENTS[source], moments.coefficients),
  );
  const component = (of: readonly (number | null)[]) =>
    mapSources((source) =>
      Math.abs(coefficients[source]) < ABSENT ? 0 : combine(OF_MOMENTS[source], of),
    );
  return { unbiased: component(moments.unbiased), mle: component(moments.mle), coefficients };
}

/** The components of the variance of a difference: first + second − 2·covariance. */
export function differenceComponents(
  first: BckComponents,
  second: BckComponents,
  covariance: BckComponents,
): BckComponents {
  return mapSources((s) => first[s] + second[s] - 2 * covariance[s]);
}

/** One number per source. */
export function mapSources(value: (source: BckSource) => number): BckComponents {
  return {
    N: value('N'),
    D: value('D'),
    ND: value('ND'),
    R: value('R'),
    NR: value('NR'),
    DR: value('DR'),
    RND: value('RND'),
  };
}

/** Σ factor·value; 0 where a value that is needed is not there. */
function combine(factors: readonly number[], values: readonly (number | null)[]): number {
  let sum = 0;
  for (let k = 0; k < factors.length; k++) {
    if (factors[k] === 0) continue;
    const value = values[k];
    if (value === null || value === undefined) return 0;
    sum += factors[k]! * value;
  }
  return sum;
}
