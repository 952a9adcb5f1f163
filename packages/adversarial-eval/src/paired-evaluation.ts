import type { McNemarResult } from '@mammo/reader-study-stats';
import type { FoolingCurvePoint } from './fooling-curve.ts';
import type { AreaEstimate, EstimatedArea } from './intervals/area-estimate.ts';
import type { BootstrapSettings } from './intervals/patient-bootstrap.ts';
import type { PatientMean } from './intervals/patient-mean.ts';
import type { RateEstimate, RateMethod } from './intervals/rate-estimate.ts';
import type { PairedRecord } from './paired-record.ts';
import type { ThresholdChoice } from './threshold-policy.ts';

/**
 * What the attack did to one pair. 'skipped': the victim was wrong about the real image, so there was
 * nothing to fool. 'fooled': right about the real image, wrong after the attack. 'resisted': right twice.
 */
export type PairOutcome = 'skipped' | 'fooled' | 'resisted';

/** A record with its outcome. */
export interface EvaluatedPair extends PairedRecord {
  readonly outcome: PairOutcome;
  /** scoreFake − scoreReal. */
  readonly shift: number;
}

/** A rate per direction of the attack, and of both together. */
export interface RatesByDirection {
  /** Positives made to look negative. */
  readonly remove: RateEstimate;
  /** Negatives made to look positive. */
  readonly insert: RateEstimate;
  readonly both: RateEstimate;
}

/** A rate before the attack (real images) and after it (their fakes, original labels). */
export interface BeforeAfter {
  readonly before: RateEstimate;
  readonly after: RateEstimate;
  /** Pairs right before and wrong after (b) against wrong before and right after (c); images independent. */
  readonly mcNemar: McNemarResult;
  /** after − before with patients independent: McNemar's question for clustered pairs. */
  readonly difference: PatientMean;
}

/** How far an attack moved the scores. */
export interface ScoreShift {
  readonly n: number;
  readonly meanBefore: number;
  readonly meanAfter: number;
  /** scoreFake − scoreReal. */
  readonly mean: number;
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  /** The mean's interval and test against 0, patients independent. */
  readonly test: PatientMean;
  /** Pairs whose score moved towards the intended label, by however little. */
  readonly asIntended: RateEstimate;
}

/** What the victim and the attack do at one threshold. */
export interface OperatingPoint extends ThresholdChoice {
  readonly sensitivityBefore: RateEstimate;
  readonly specificityBefore: RateEstimate;
  readonly sensitivityAfter: RateEstimate;
  readonly specificityAfter: RateEstimate;
  readonly fooled: RatesByDirection;
}

/** How many there are. */
export interface SampleSizes {
  readonly pairs: number;
  readonly positives: number;
  readonly negatives: number;
  readonly patients: number;
}

/** The pairs that share a value of a stratum. */
export interface Stratum {
  /** Such as 'density'. */
  readonly name: string;
  /** Such as 'C'; null for the pairs that do not say. */
  readonly value: string | null;
  readonly n: SampleSizes;
  readonly fooled: RatesByDirection;
  readonly aucReal: AreaEstimate;
  readonly aucFakeFlipped: AreaEstimate;
}

/** Result of `evaluatePaired`: plain JSON. */
export interface PairedEvaluation {
  readonly schema: 'paired-evaluation/1';
  /** A score above it is called positive. */
  readonly threshold: number;
  readonly thresholdChoice: ThresholdChoice;
  readonly level: number;
  /** Of the intervals of rates. */
  readonly method: RateMethod;
  /** 'clustered': a patient has several images. */
  readonly design: 'independent' | 'clustered';
  readonly bootstrap: BootstrapSettings | null;
  readonly attackIds: readonly string[];
  readonly n: SampleSizes;
  readonly pairs: readonly EvaluatedPair[];
  /** Real images against their own labels. */
  readonly aucReal: EstimatedArea;
  /**
   * Fakes against the labels they are meant to be taken for ("flipped labels"): near 1, the attack
   * rules the victim. It equals 1 − `aucFakeOriginal`.
   */
  readonly aucFakeFlipped: EstimatedArea;
  /** Fakes against the labels of the images they were made from: near 0, the attack rules. */
  readonly aucFakeOriginal: EstimatedArea;
  /** Real positives called positive (sensitivity at the threshold). */
  readonly positivesCorrect: RateEstimate;
  /** Real negatives called negative (specificity at the threshold). */
  readonly negativesCorrect: RateEstimate;
  /** Share of the initially correct that the attack turned; 'empty' where none was correct. */
  readonly fooled: RatesByDirection;
  /** The same counts over all pairs, skipped ones included. */
  readonly fooledOfAll: RatesByDirection;
  readonly sensitivity: BeforeAfter;
  readonly specificity: BeforeAfter;
  readonly scoreShift: { readonly remove: ScoreShift; readonly insert: ScoreShift };
  /** Fooling rates over thresholds. */
  readonly curve: readonly FoolingCurvePoint[];
  /** The threshold of the evaluation first, then those that were asked for. */
  readonly operatingPoints: readonly OperatingPoint[];
  readonly strata: readonly Stratum[];
  /** What a reader of the numbers has to know; empty if nothing. */
  readonly warnings: readonly string[];
}
