import { normal } from '../distributions/normal.ts';
import type { RatingCategories } from './rating-categories.ts';

/** A proper binormal curve: its slope falls all the way, it has no hook below the diagonal. */
export interface ProperBinormalCurve {
  /** How far apart the classes are, ≥ 0. */
  readonly da: number;
  /** The asymmetry, inside (−1, 1): (b − 1)/(b + 1) of the conventional b. */
  readonly c: number;
}

/** A curve with cutoffs on its decision variable v, ascending. */
export interface ProperPoint extends ProperBinormalCurve {
  readonly cutoffs: Float64Array;
}

/** The share of a class above a cutoff, and how it changes with d, c and the cutoff. */
interface Rate {
  readonly rate: number;
  readonly da: number;
  readonly c: number;
  readonly v: number;
}

const ALL: Rate = { rate: 1, da: 0, c: 0, v: 0 };
const NONE: Rate = { rate: 0, da: 0, c: 0, v: 0 };

/**
 * The rates at v with their slopes: FPF for class −1, TPF for class 1, with σ = d√(1 + c²)/2,
 *
 * FPF = Φ(−(1 − c)v − σ) + Φ(−(1 − c)v + σ/c) − H(c), TPF = Φ(−(1 + c)v + σ) + Φ(−(1 + c)v + σ/c) − H(c),
 *
 * cut at 0 and 1 where v leaves the range of the decision variable.
 */
export function properRate({ da, c }: ProperBinormalCurve, v: number, side: -1 | 1): Rate {
  const root = Math.sqrt(1 + c * c);
  const spread = (da * root) / 2;
  const factor = 1 + side * c;
  const near = -factor * v + side * spread;
  const first = normal.pdf(near);
  const ofNear = { da: (side * first * root) / 2, c: side * first * ((da * c) / (2 * root) - v) };
  if (c === 0) {
    return cut(normal.cdf(near), { ...ofNear, v: -factor * first });
  }
  const far = -factor * v + spread / c;
  const second = normal.pdf(far);
  // Φ(x) − 1 = −Φ(−x), without its cancellation
  const rate = normal.cdf(near) + (c > 0 ? -normal.sf(far) : normal.cdf(far));
  return cut(rate, {
    da: ofNear.da + (second * root) / (2 * c),
    c: ofNear.c - second * (side * v + da / (2 * c * c * root)),
    v: -factor * (first + second),
  });
}

function cut(rate: number, slopes: Omit<Rate, 'rate'>): Rate {
  if (rate <= 0) return NONE;
  return rate >= 1 ? ALL : { rate, ...slopes };
}

/** The multinomial log-likelihood without its constant, with its slopes by d, c and the cutoffs. */
export interface ProperLikelihood {
  /** −∞ where cutoffs are not ascending. */
  readonly value: number;
  readonly score: Float64Array;
  /** Expected information, row-major. */
  readonly information: Float64Array;
}

/** The likelihood at a point; its information only where `informed`. */
export function properLikelihood(
  counts: RatingCategories,
  point: ProperPoint,
  informed = false,
): ProperLikelihood {
  const size = point.cutoffs.length + 2;
  const sums = {
    value: 0,
    score: new Float64Array(size),
    information: new Float64Array(informed ? size * size : 0),
  };
  addClass(sums, point, counts.negatives, -1);
  addClass(sums, point, counts.positives, 1);
  return sums;
}

function addClass(
  sums: { value: number } & Omit<ProperLikelihood, 'value'>,
  point: ProperPoint,
  counts: readonly number[],
  side: -1 | 1,
): void {
  const { cutoffs } = point;
  const size = sums.score.length;
  const cases = counts.reduce((sum, count) => sum + count, 0);
  let below = ALL;
  for (let k = 0; k <= cutoffs.length; k++) {
    const above = k === cutoffs.length ? NONE : properRate(point, cutoffs[k]!, side);
    const share = below.rate - above.rate;
    const count = counts[k]!;
    if (share > 0) {
      const slopes = slopesOf(below, above, k, size);
      sums.value += count * Math.log(share);
      for (const [at, slope] of slopes) sums.score[at]! += (count / share) * slope;
      addInformation(sums.information, slopes, cases / share);
    } else if (share !== 0 || count > 0) sums.value = Number.NEGATIVE_INFINITY;
    below = above;
  }
}

type Slopes = readonly (readonly [at: number, slope: number])[];

/** Of the share of category k by d, c, and the cutoffs at its ends. */
function slopesOf(below: Rate, above: Rate, k: number, size: number): Slopes {
  const slopes: [number, number][] = [
    [0, below.da - above.da],
    [1, below.c - above.c],
  ];
  if (k > 0) slopes.push([k + 1, below.v]);
  if (k + 2 < size) slopes.push([k + 2, -above.v]);
  return slopes;
}

function addInformation(information: Float64Array, slopes: Slopes, weight: number): void {
  const size = Math.sqrt(information.length);
  if (size === 0) return;
  for (const [i, first] of slopes) {
    for (const [j, second] of slopes) information[i * size + j]! += weight * first * second;
  }
}
