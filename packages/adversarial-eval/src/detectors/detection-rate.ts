import { normal, randomStream } from '@mammo/reader-study-stats';
import type { ScoredImages } from '../intervals/area-estimate.ts';

/** Draws of patients for the interval of a {@link DetectionRate}. */
export interface DetectionBootstrap {
  /** At least 100; 1,000 where the option is left out. */
  readonly replicates: number;
  /** The same seed draws the same patients. */
  readonly seed: number;
}

/** The share of fakes found where the evaluated real images themselves set the threshold. */
export type DetectionRate = {
  /** Greatest share of real images that may be flagged, as asked for, in (0, 1). */
  readonly falseAlarmRate: number;
  /** Confidence level of `lower` and `upper`, in (0, 1). */
  readonly level: number;
  /** Zhou and Qin's BTII. */
  readonly method: 'bootstrap-zhou-qin';
} & (
  | {
      /** There are both kinds of images, and enough real ones to show the rate. */
      readonly status: 'ok';
      /** A score above it is flagged. */
      readonly threshold: number;
      /** Real images above it, of all. */
      readonly falseAlarms: {
        /** Real images above the threshold; at most `falseAlarmRate` of them. */
        readonly k: number;
        /** Real images that were scored. */
        readonly n: number;
      };
      /** Fakes above the threshold. */
      readonly k: number;
      /** Fakes that were scored. */
      readonly n: number;
      /** Fakes found, k / n. */
      readonly rate: number;
      /** p̄ − z·s in [0, 1], at most `rate`. */
      readonly lower: number;
      /** p̄ + z·s in [0, 1], at least `rate`. */
      readonly upper: number;
    }
  | ({
      /** 'few-reals': fewer than 1/rate real images. 'one-class': no real image, or no fake. */
      readonly status: 'few-reals' | 'one-class';
    } & Readonly<
      Record<'threshold' | 'falseAlarms' | 'k' | 'n' | 'rate' | 'lower' | 'upper', null>
    >)
);

/**
 * The point of the empirical ROC curve at a rate of false alarms: the greatest share of fakes above a
 * threshold that at most the rate of real images exceed. Its interval draws patients with replacement
 * (those with real images, fakes, or both apart), chooses the threshold anew in each draw, and is
 * p̄ ± z·s with mean and standard deviation over draws of p̃ = (k + z²/2)/(n + z²): Zhou and Qin's BTII.
 *
 * @param images `positive` marks the fakes
 * @see Zhou and Qin 2005, Improved confidence intervals for the sensitivity at a fixed level of
 *   specificity, Stat Med 24:465, doi 10.1002/sim.1563
 */
export function detectionRate(
  images: ScoredImages,
  options: DetectionBootstrap & { readonly falseAlarmRate: number; readonly level: number },
): DetectionRate {
  const { falseAlarmRate, level, replicates, seed } = options;
  const context = { falseAlarmRate, level, method: 'bootstrap-zhou-qin' } as const;
  const ranking = rankDown(images);
  const ones = new Float64Array(images.clusters.count).fill(1);
  const found = findAt(ranking, ones, falseAlarmRate);
  const { k, n, falseAlarms } = found;
  if (n === 0 || falseAlarms.n === 0 || falseAlarms.n < 1 / falseAlarmRate - 1e-9) {
    const status = n === 0 || falseAlarms.n === 0 ? 'one-class' : 'few-reals';
    const nothing = { threshold: null, falseAlarms: null, k: null, n: null } as const;
    return { status, ...nothing, rate: null, lower: null, upper: null, ...context };
  }
  const z = normal.quantile((1 + level) / 2);
  const stream = randomStream(seed, 'detection-rate', falseAlarmRate);
  const groups = patientGroups(images);
  const weights = new Float64Array(images.clusters.count);
  let [mean, squares] = [0, 0];
  for (let replicate = 1; replicate <= replicates; replicate++) {
    weights.fill(0);
    for (const group of groups) {
      for (let i = 0; i < group.length; i++) weights[group[stream.integer(group.length)]!]! += 1;
    }
    const drawn = findAt(ranking, weights, falseAlarmRate);
    const deviation = (drawn.k + (z * z) / 2) / (drawn.n + z * z) - mean;
    mean += deviation / replicate;
    squares += deviation * (deviation - deviation / replicate);
  }
  const half = z * Math.sqrt(squares / (replicates - 1));
  const rate = k / n;
  return {
    status: 'ok',
    ...found,
    rate,
    lower: Math.max(0, Math.min(rate, mean - half)),
    upper: Math.min(1, Math.max(rate, mean + half)),
    ...context,
  };
}

/** Images by falling score. */
interface Ranking {
  readonly scores: Float64Array;
  readonly patients: Int32Array;
  /** 1 for fakes. */
  readonly fake: Uint8Array;
}

function rankDown({ scores, positive, clusters }: ScoredImages): Ranking {
  const order = Int32Array.from(scores, (_, image) => image).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  return {
    scores: Float64Array.from(order, (image) => scores[image]!),
    patients: order.map((image) => clusters.of[image]!),
    fake: Uint8Array.from(order, (image) => positive[image]!),
  };
}

/** Goes down the scores for as long as the false alarms allow, equal scores together. */
function findAt(
  { scores, patients, fake }: Ranking,
  weights: Float64Array,
  falseAlarmRate: number,
): {
  readonly threshold: number;
  readonly k: number;
  readonly n: number;
  readonly falseAlarms: { readonly k: number; readonly n: number };
} {
  const all = [0, 0];
  for (let i = 0; i < scores.length; i++) all[fake[i]!]! += weights[patients[i]!]!;
  const allowed = falseAlarmRate * all[0]! + 1e-9;
  const above = [0, 0];
  let threshold = scores[0]!;
  for (let i = 0; i < scores.length; ) {
    threshold = scores[i]!;
    const here = [0, 0];
    for (; i < scores.length && scores[i] === threshold; i++) {
      here[fake[i]!]! += weights[patients[i]!]!;
    }
    if (above[0]! + here[0]! > allowed) break;
    above[0]! += here[0]!;
    above[1]! += here[1]!;
  }
  return {
    threshold,
    k: above[1]!,
    n: all[1]!,
    falseAlarms: { k: above[0]!, n: all[0]! },
  };
}

/** Patients with real images only, fakes only, or both: each group is drawn by itself. */
function patientGroups({ positive, clusters }: ScoredImages): readonly Int32Array[] {
  const kinds = new Uint8Array(clusters.count);
  clusters.of.forEach((patient, image) => {
    kinds[patient]! |= positive[image] ? 1 : 2;
  });
  const patients = Int32Array.from(kinds, (_, patient) => patient);
  return [1, 2, 3].map((kind) => patients.filter((patient) => kinds[patient] === kind));
}
