import { type ConfidenceInterval, normal } from '@mammo/reader-study-stats';
import type { RankedArea } from './area-estimate.ts';
import { bcaInterval } from './bca-interval.ts';
import type { Clusters, Tally } from './clusters.ts';
import { type Packing, packedDraws, packingFor, unpack } from './packed-draws.ts';
import type { RateInterval } from './rate-estimate.ts';
import { twoSidedT } from './student-t.ts';
import { weightedAreas } from './weighted-areas.ts';
import { totals } from './wilson-clustered.ts';

/** How patients (or images) are drawn with replacement. */
export interface BootstrapSettings {
  /** 'patient': all images of a drawn patient go along. 'image': each by itself. */
  readonly unit: 'patient' | 'image';
  /** At least 100; 2,000 for intervals to be published. */
  readonly replicates: number;
  /** The same seed draws the same patients. */
  readonly seed: number;
}

/** What is drawn, and the statistics that are computed of each draw. */
export interface BootstrapInput {
  readonly clusters: Clusters;
  /** Per cluster: it is drawn among those of its stratum (patients with images of the same classes). */
  readonly strata: ArrayLike<number>;
  readonly rates: readonly Tally[];
  readonly areas: readonly RankedArea[];
}

/** The intervals in the order of the input; null where the statistic hardly varies or is often undefined. */
export interface BootstrapIntervals {
  readonly rates: readonly (RateInterval | null)[];
  readonly areas: readonly (ConfidenceInterval | null)[];
}

/**
 * BCa intervals of rates and areas from one set of bootstrap draws of patients, stratified by the
 * classes of their images, so that each draw has both classes, as many patients of each as there are.
 *
 * Scores are sorted once: a draw only weighs them. The acceleration comes from the influence of the
 * patients, not from a jackknife; for areas Student's quantile at Satterthwaite's degrees of freedom
 * stands for the normal one, as few patients need. A rate of 0 or 1 (or an area) has no interval: all draws are the same.
 *
 * @see Efron 1987, J Am Stat Assoc 82:171, doi 10.1080/01621459.1987.10478410 (BCa)
 * @see Field and Welsh 2007, J R Stat Soc B 69:369, doi 10.1111/j.1467-9868.2007.00593.x (clusters)
 */
export function patientBootstrap(
  input: BootstrapInput,
  settings: BootstrapSettings & { readonly level: number },
): BootstrapIntervals {
  const { replicates, level } = settings;
  const plan = drawingPlan(input);
  const { packing } = plan;
  const draw = packedDraws(plan.strataEnds, { seed: settings.seed, packing });
  const weights = new Float64Array(input.clusters.count);
  const sums = new Float64Array(2 * input.rates.length);
  const areas = input.areas.map(({ ranked, clusters }) => {
    const positionOf = (image: number): number => plan.position[clusters.of[image]!]!;
    return weightedAreas(ranked, { positionOf, packing });
  });
  // room for the last lanes, which may be more than are asked for
  const room = replicates + packing.lanes - 1;
  const ofRates = input.rates.map(() => new Float64Array(room));
  const ofAreas = input.areas.map(() => new Float64Array(room));
  for (let replicate = 0; replicate < replicates; replicate += packing.lanes) {
    draw(weights);
    sumCells(weights, plan.cells, sums);
    ofRates.forEach((values, rate) => {
      const k = unpack(sums[2 * rate]!, packing);
      const n = unpack(sums[2 * rate + 1]!, packing);
      for (let lane = 0; lane < packing.lanes; lane++)
        values[replicate + lane] = k[lane]! / n[lane]!;
    });
    ofAreas.forEach((values, area) => {
      values.set(areas[area]!(weights), replicate);
    });
  }
  const { strata } = input;
  const z = normal.quantile((1 + level) / 2);
  return {
    rates: input.rates.map((tally, index) => {
      const { successes, trials } = totals(tally);
      const rate = successes / trials;
      const influence = tally.k.map((k, i) => k - rate * tally.n[i]!);
      const ends = bcaInterval(ofRates[index]!.subarray(0, replicates), rate, {
        quantile: z,
        influence,
        strata,
      });
      return ends && { method: 'bootstrap', ...ends };
    }),
    areas: input.areas.map(({ fit }, index) => {
      if (fit === null) return null;
      const { area, influence, df } = fit;
      const quantile = df === null ? z : twoSidedT(level, df);
      const ends = bcaInterval(ofAreas[index]!.subarray(0, replicates), area, {
        quantile,
        influence,
        strata,
      });
      return ends && { level, ...ends, method: 'bootstrap-bca' };
    }),
  };
}

/** @throws RangeError unless the settings can be followed */
export function checkBootstrap(
  caller: string,
  { unit, replicates, seed }: BootstrapSettings,
): void {
  if (unit !== 'patient' && unit !== 'image') {
    throw new RangeError(`${caller}: bootstrap.unit must be patient or image, got ${String(unit)}`);
  }
  checkDraws(caller, { replicates, seed });
}

/** @throws RangeError unless there are 100 to 1,000,000 replicates, and the seed is a safe integer */
export function checkDraws(
  caller: string,
  { replicates, seed }: Pick<BootstrapSettings, 'replicates' | 'seed'>,
): void {
  if (!Number.isInteger(replicates) || replicates < 100 || replicates > 1e6) {
    throw new RangeError(
      `${caller}: bootstrap.replicates must be a whole number from 100 to 1000000, got ${replicates}`,
    );
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`${caller}: bootstrap.seed must be a safe integer, got ${seed}`);
  }
}

/** Clusters of one stratum that have the same counts in every rate: only their number matters to rates. */
interface Cell {
  /** Positions start … end − 1. */
  readonly start: number;
  readonly end: number;
  /** k and n of each rate, in turns. */
  readonly counts: Float64Array;
}

interface DrawingPlan {
  /** Per cluster: its place in the weights. */
  readonly position: Int32Array;
  readonly strataEnds: readonly number[];
  readonly cells: readonly Cell[];
  readonly packing: Packing;
}

/** Orders the clusters by stratum and, within, by cell, so that both are ranges of the weights. */
function drawingPlan({ clusters, strata, rates }: BootstrapInput): DrawingPlan {
  const members = new Map<string, number[]>();
  for (let cluster = 0; cluster < clusters.count; cluster++) {
    const counts = rates.map(({ k, n }) => `${k[cluster]}/${n[cluster]}`);
    const key = `${strata[cluster]}:${counts.join(' ')}`;
    const known = members.get(key);
    if (known) known.push(cluster);
    else members.set(key, [cluster]);
  }
  const groups = [...members.values()].sort((a, b) => strata[a[0]!]! - strata[b[0]!]!);
  const position = new Int32Array(clusters.count);
  const cells: Cell[] = [];
  const strataEnds: number[] = [];
  let start = 0;
  groups.forEach((group, index) => {
    const [first] = group as [number];
    group.forEach((cluster, i) => {
      position[cluster] = start + i;
    });
    const end = start + group.length;
    const counts = Float64Array.from(rates.flatMap(({ k, n }) => [k[first]!, n[first]!]));
    cells.push({ start, end, counts });
    const next = groups[index + 1];
    if (!next || strata[next[0]!] !== strata[first]) strataEnds.push(end);
    start = end;
  });
  return { position, strataEnds, cells, packing: packingFor(greatestSum(clusters, strata)) };
}

/** The most images that a draw can have: as if each drawn patient were the one with most of its stratum. */
function greatestSum({ of, count }: Clusters, strata: ArrayLike<number>): number {
  const images = new Int32Array(count);
  for (const cluster of of) images[cluster]!++;
  const strataOf = new Map<number, { patients: number; most: number }>();
  images.forEach((own, cluster) => {
    const stratum = strataOf.get(strata[cluster]!) ?? { patients: 0, most: 0 };
    stratum.patients++;
    stratum.most = Math.max(stratum.most, own);
    strataOf.set(strata[cluster]!, stratum);
  });
  return [...strataOf.values()].reduce((sum, { patients, most }) => sum + patients * most, 0);
}

/** Packed sums over the drawn clusters: k and n of each rate, in turns. */
function sumCells(weights: Float64Array, cells: readonly Cell[], sums: Float64Array): void {
  sums.fill(0);
  for (const { start, end, counts } of cells) {
    let drawn = 0;
    for (let i = start; i < end; i++) drawn += weights[i]!;
    for (let i = 0; i < counts.length; i++) sums[i]! += drawn * counts[i]!;
  }
}
