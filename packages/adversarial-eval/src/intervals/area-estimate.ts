import {
  type BinaryLabel,
  type ConfidenceInterval,
  deLongInterval,
  normal,
  type ResultContext,
} from '@mammo/reader-study-stats';
import { type ClusteredArea, clusteredArea } from './clustered-area.ts';
import type { Clusters } from './clusters.ts';
import { type RankedScores, rankScores } from './ranked-scores.ts';
import { twoSidedT } from './student-t.ts';

/** What the standard error of an area takes as independent: images ('delong') or patients. */
export type AreaMethod = 'delong' | 'obuchowski';

/** Images and patients of an area. */
export interface AreaSizes {
  /** Images that should score high; of flipped labels, the fakes of negatives. */
  readonly positives: number;
  /** Images that should score low. */
  readonly negatives: number;
  /** Patients of all these images. */
  readonly patients: number;
  readonly [name: string]: number;
}

/** What an area has, and what may be missing. */
interface AreaResult extends ResultContext {
  /** Empirical area A in [0, 1], ties half; null where a class is absent. */
  readonly estimate: number | null;
  /** By `method`; null where a class is absent or comes from one patient. */
  readonly se: number | null;
  /** The bootstrap's, if there is one, else that on the logit scale; Newcombe's where `se` is 0 or null. */
  readonly ci: ConfidenceInterval | null;
  /** All that were computed. */
  readonly intervals: readonly ConfidenceInterval[];
  readonly n: AreaSizes;
  /** 'delong' where each patient has one image, else 'obuchowski'. */
  readonly method: AreaMethod;
}

/** An empirical area under the ROC curve, with the intervals that were computed. */
export interface EstimatedArea extends AreaResult {
  /**
   * 'zero-variance': the classes are separated without error (or all scores are equal), so the
   * standard error is 0 and the interval has no width, which says nothing about how certain the area
   * is. 'single-patient': a class comes from one patient, so there is no standard error.
   */
  readonly status: 'ok' | 'zero-variance' | 'single-patient';
  readonly estimate: number;
}

/** A class is absent (in a stratum), so there is no area. */
export interface UndefinedArea extends AreaResult {
  /** Not enough for a curve. */
  readonly status: 'one-class';
  readonly estimate: null;
  readonly se: null;
  readonly ci: null;
}

/** An area that may be undefined; `status` tells. */
export type AreaEstimate = EstimatedArea | UndefinedArea;

const REFERENCES: readonly string[] = [
  'DeLong, DeLong and Clarke-Pearson 1988, doi 10.2307/2531595',
  'Obuchowski 1997, doi 10.2307/2533958',
  'Newcombe 2006, doi 10.1002/sim.2324',
];

/** Scores of images with their classes and patients. */
export interface ScoredImages {
  readonly scores: Float64Array;
  /** 1 positive, 0 negative. */
  readonly positive: Uint8Array;
  readonly clusters: Clusters;
}

/** The area of {@link ScoredImages} before any interval; null where a class is absent. */
export interface RankedArea extends ScoredImages {
  readonly ranked: RankedScores;
  readonly fit: ClusteredArea | null;
}

/** Sorts the scores once, for the area and for its bootstrap. */
export function rankedArea(images: ScoredImages): RankedArea {
  const ranked = rankScores(images.scores, images.positive);
  const bothClasses = ranked.positives.length > 0 && ranked.negatives.length > 0;
  return { ...images, ranked, fit: bothClasses ? clusteredArea(ranked, images.clusters) : null };
}

/**
 * The empirical area with an interval on the logit scale, log(A/(1 − A)) ± t·se/(A(1 − A)), t at
 * Satterthwaite's degrees of freedom; se is DeLong's where each patient has one image, else
 * Obuchowski's over patients. Where each patient has one image, DeLong's plain A ± z·se (as pROC has it) is
 * among the `intervals`; it covers less than it says when A is near 1 or images are few.
 * Where se is 0 or unknown the interval is Newcombe's for as many cases as there are patients.
 */
export function areaEstimate(
  area: RankedArea,
  options: { readonly level: number; readonly bootstrap?: ConfidenceInterval | null },
): AreaEstimate {
  const { scores, positive, clusters, ranked, fit } = area;
  const { level, bootstrap } = options;
  const clustered = clusters.count < clusters.of.length;
  const context = {
    n: {
      positives: ranked.positives.length,
      negatives: ranked.negatives.length,
      patients: clusters.count,
    },
    method: clustered ? 'obuchowski' : 'delong',
    design: clustered ? 'clustered' : 'independent',
    references: REFERENCES,
  } as const;
  if (fit === null) {
    const nothing = { estimate: null, se: null, ci: null, intervals: [] } as const;
    return { status: 'one-class', ...nothing, ...context, warnings: ['a class is absent'] };
  }
  const plain = clustered ? null : plainInterval(scores, positive, level);
  const status = fit.se === null ? 'single-patient' : fit.se === 0 ? 'zero-variance' : 'ok';
  const main = logitInterval(fit, level, context.method) ?? newcombeArea(area, fit.area, level);
  const given = [main, plain, bootstrap].filter((interval) => !!interval);
  return {
    status,
    estimate: fit.area,
    se: fit.se,
    ci: bootstrap ?? main,
    intervals: given,
    ...context,
    warnings: status === 'ok' ? [] : [NO_ERROR[status]],
  };
}

/** The area of the same scores with the labels exchanged: 1 − A. */
export function mirrorArea<Area extends AreaEstimate>(area: Area): Area {
  const { estimate, ci, intervals, n } = area;
  return {
    ...area,
    estimate: estimate === null ? null : 1 - estimate,
    ci: ci && mirrorInterval(ci),
    intervals: intervals.map(mirrorInterval),
    n: { ...n, positives: n.negatives, negatives: n.positives },
  };
}

const NO_ERROR = {
  'single-patient': 'a class comes from one patient: no standard error',
  'zero-variance': 'the scores do not overlap (or are all equal): the standard error is 0',
} as const;

function mirrorInterval(interval: ConfidenceInterval): ConfidenceInterval {
  return { ...interval, lower: 1 - interval.upper, upper: 1 - interval.lower };
}

function plainInterval(
  scores: Float64Array,
  positive: Uint8Array,
  level: number,
): ConfidenceInterval | null {
  const labels = Array.from(positive, (flag): BinaryLabel => (flag ? 'positive' : 'negative'));
  return deLongInterval(scores, labels, { level }).ci;
}

function logitInterval(
  { area, se, df }: ClusteredArea,
  level: number,
  method: AreaMethod,
): ConfidenceInterval | null {
  if (se === null || df === null) return null;
  const half = (twoSidedT(level, df) * se) / (area * (1 - area));
  const logit = Math.log(area / (1 - area));
  const expit = (x: number): number => 1 / (1 + Math.exp(-x));
  return {
    level,
    lower: expit(logit - half),
    upper: expit(logit + half),
    method: `${method}-logit-t`,
  };
}

/**
 * Newcombe's method 5: the areas θ with |A − θ| ≤ z·√V(θ),
 * V(θ) = θ(1 − θ)·[1 + ((m + n)/2 − 1)·((1 − θ)/(2 − θ) + θ/(1 + θ))]/(mn).
 */
function newcombeArea(
  { ranked, clusters }: RankedArea,
  area: number,
  level: number,
): ConfidenceInterval {
  const patients = (images: Int32Array): number =>
    new Set(Array.from(images, (image) => clusters.of[image])).size;
  const [m, n] = [patients(ranked.positives), patients(ranked.negatives)];
  const z = normal.quantile((1 + level) / 2);
  const inside = (theta: number): boolean => {
    const shape = (1 - theta) / (2 - theta) + theta / (1 + theta);
    const variance = (theta * (1 - theta) * (1 + ((m + n) / 2 - 1) * shape)) / (m * n);
    return (area - theta) ** 2 <= z * z * variance;
  };
  return { level, lower: edge(inside, area, 0), upper: edge(inside, area, 1), method: 'newcombe' };
}

/** Where a set that contains `from` (or begins there) ends on the way to `to`, by bisection. */
function edge(inside: (x: number) => boolean, from: number, to: number): number {
  let [near, far] = [from, to];
  for (let i = 0; i < 60; i++) {
    const middle = (near + far) / 2;
    if (inside(middle)) near = middle;
    else far = middle;
  }
  return near;
}
