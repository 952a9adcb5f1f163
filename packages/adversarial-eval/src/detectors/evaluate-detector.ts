import {
  type AreaEstimate,
  areaEstimate,
  rankedArea,
  type ScoredImages,
} from '../intervals/area-estimate.ts';
import { clusterBy, tallyBy } from '../intervals/clusters.ts';
import { checkDraws } from '../intervals/patient-bootstrap.ts';
import { type RateEstimate, rateEstimate } from '../intervals/rate-estimate.ts';
import { PairedRecordError } from '../paired-record.ts';
import { type DetectionBootstrap, type DetectionRate, detectionRate } from './detection-rate.ts';
import type { DetectorSizes } from './detector.ts';
import {
  checkScoreCount,
  type DetectorRecord,
  detectorRecordProblems,
  type RealReference,
} from './detector-records.ts';
import { type FalseAlarmThreshold, falseAlarmThreshold } from './false-alarm-threshold.ts';

/** Options of {@link evaluateDetector}. */
export interface EvaluateDetectorOptions {
  /** Real images of patients that are neither evaluated nor learned from; without it, thresholds are empirical only. */
  readonly reference?: RealReference;
  /** Patients that the detector learned from, `save().patientIds`; none may be scored. */
  readonly fitPatientIds?: readonly string[];
  /** Default 0.01, 0.05 and 0.1. */
  readonly falseAlarmRates?: readonly number[];
  /** Default 0.95. */
  readonly level?: number;
  /** Draws for the empirical points; default 1,000 replicates, seed 1. */
  readonly bootstrap?: DetectionBootstrap;
}

/** What a detector does at a threshold that was chosen on other patients. */
export type DetectionPoint = FalseAlarmThreshold & {
  /** Evaluated real images above the threshold: whether the rate asked for holds here; null without one. */
  readonly falseAlarms: RateEstimate | null;
  /** Fakes above the threshold; null without one. */
  readonly detected: RateEstimate | null;
};

/** Result of {@link evaluateDetector}: plain JSON. */
export interface DetectorEvaluation {
  /** Name and version of this JSON. */
  readonly schema: 'detector-evaluation/1';
  /** Images that were scored. */
  readonly n: DetectorSizes;
  /** Probability that a fake scores higher than a real image, ties half; fakes are the positives. */
  readonly auc: AreaEstimate;
  /** Thresholds chosen on the reference; empty without one. */
  readonly points: readonly DetectionPoint[];
  /** Thresholds chosen on the evaluated images themselves. */
  readonly empirical: readonly DetectionRate[];
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** What a reader of the numbers has to know; empty if nothing. */
  readonly warnings: readonly string[];
}

/**
 * How well scores tell fakes from real images: the area with patients as the independent unit, and the
 * share of fakes found at given rates of false alarms, with thresholds from a reference of other patients
 * and, beside them, from the evaluated images themselves.
 *
 * It says nothing about an attacker who knows the detector (Carlini and Wagner 2017).
 *
 * @param scores one per record, higher for what looks more like a fake; of any detector
 * @param records real images and fakes, each once
 * @throws PairedRecordError listing every problem: scores that are not finite, images that occur twice,
 *   patients shared with the fit or the reference
 * @throws RangeError if lengths differ or an option is out of its range
 * @example
 * ```ts
 * const records = [false, true].map((fake) => ({ caseId: 'a', patientId: 'P1', fake }));
 * evaluateDetector([0.1, 0.9], records).auc.estimate; // => 1
 * ```
 */
export function evaluateDetector(
  scores: readonly number[],
  records: readonly DetectorRecord[],
  options: EvaluateDetectorOptions = {},
): DetectorEvaluation {
  const {
    reference,
    falseAlarmRates = [0.01, 0.05, 0.1],
    level = 0.95,
    bootstrap = { replicates: 1000, seed: 1 },
  } = options;
  checkOptions(scores, records, {
    level,
    bootstrap,
    falseAlarmRates,
    ...(reference && { reference }),
  });
  const problems = detectorRecordProblems(scores, records, options);
  if (problems.length > 0) throw new PairedRecordError('evaluateDetector', problems);

  const clusters = clusterBy(records.map(({ patientId }) => patientId));
  const positive = Uint8Array.from(records, ({ fake }) => (fake ? 1 : 0));
  const images = { scores: Float64Array.from(scores), positive, clusters };
  const fake = positive.reduce((sum, flag) => sum + flag, 0);
  const point = (falseAlarmRate: number): DetectionPoint[] =>
    reference
      ? [pointAt(falseAlarmThreshold(reference.scores, { falseAlarmRate }), images, level)]
      : [];
  return {
    schema: 'detector-evaluation/1',
    n: { real: records.length - fake, fake, patients: clusters.count },
    auc: areaEstimate(rankedArea(images), { level }),
    points: falseAlarmRates.flatMap(point),
    empirical: falseAlarmRates.map((falseAlarmRate) =>
      detectionRate(images, { ...bootstrap, falseAlarmRate, level }),
    ),
    level,
    warnings: reference
      ? []
      : ['no reference: thresholds chosen on the evaluated images look better than they are'],
  };
}

function pointAt(chosen: FalseAlarmThreshold, images: ScoredImages, level: number): DetectionPoint {
  const { threshold } = chosen;
  if (threshold === null) return { ...chosen, falseAlarms: null, detected: null };
  const { scores, positive, clusters } = images;
  const flagged = (fake: 0 | 1): RateEstimate => {
    const tally = tallyBy(clusters, (image) =>
      positive[image] === fake ? scores[image]! > threshold : null,
    );
    return rateEstimate(tally, { level, method: 'wilson-clustered' });
  };
  return { ...chosen, falseAlarms: flagged(0), detected: flagged(1) };
}

function checkOptions(
  scores: readonly number[],
  records: readonly DetectorRecord[],
  options: Required<Pick<EvaluateDetectorOptions, 'level' | 'bootstrap' | 'falseAlarmRates'>> &
    Pick<EvaluateDetectorOptions, 'reference'>,
): void {
  const { level, bootstrap, falseAlarmRates, reference } = options;
  checkScoreCount('evaluateDetector', scores, records);
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`evaluateDetector: level must lie between 0 and 1, got ${level}`);
  }
  const rate = falseAlarmRates.find((value) => !(value > 0 && value < 1));
  if (rate !== undefined) {
    throw new RangeError(`evaluateDetector: falseAlarmRates must lie between 0 and 1, got ${rate}`);
  }
  checkDraws('evaluateDetector', bootstrap);
  if (reference && reference.scores.length !== reference.patientIds.length) {
    throw new RangeError(
      `evaluateDetector: reference scores and patientIds must have one length, got ${reference.scores.length} and ${reference.patientIds.length}`,
    );
  }
}
