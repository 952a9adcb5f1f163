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
  /** At the threshold of the evaluation. */
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
  /** Counts of the two together. */
  readonly both: RateEstimate;
}

/** A rate before the attack (real images) and after it (their fakes, original labels). */
export interface BeforeAfter {
  /** Real images. */
  readonly before: RateEstimate;
  /** Their fakes, against the labels of the real images. */
  readonly after: RateEstimate;
  /** Pairs right before and wrong after (b) against wrong before and right after (c); images independent. */
  readonly mcNemar: McNemarResult;
  /** after − before with patients independent: McNemar's question for clustered pairs. */
  readonly difference: PatientMean;
}

/** How far an attack moved the scores. */
export interface ScoreShift {
  /** Pairs of this direction. */
  readonly n: number;
  /** Mean scoreReal. */
  readonly meanBefore: number;
  /** Mean scoreFake. */
  readonly meanAfter: number;
  /** Mean of scoreFake − scoreReal; negative where the attack lowers scores. */
  readonly mean: number;
  /** Of scoreFake − scoreReal; of an even number the middle of the two middle ones. */
  readonly median: number;
  /** Least scoreFake − scoreReal. */
  readonly least: number;
  /** Greatest scoreFake − scoreReal. */
  readonly greatest: number;
  /** The mean's interval and test against 0, patients independent. */
  readonly test: PatientMean;
  /** Pairs whose score moved towards the intended label, by however little. */
  readonly asIntended: RateEstimate;
}

/** What the victim and the attack do at one threshold. */
export interface OperatingPoint extends ThresholdChoice {
  /** Real positives above the threshold. */
  readonly sensitivityBefore: RateEstimate;
  /** Real negatives not above the threshold. */
  readonly specificityBefore: RateEstimate;
  /** Fakes of positives that are still above the threshold. */
  readonly sensitivityAfter: RateEstimate;
  /** Fakes of negatives that are still not above the threshold. */
  readonly specificityAfter: RateEstimate;
  /** Of the images that are right at this threshold. */
  readonly fooled: RatesByDirection;
}

/** How many there are. */
export interface SampleSizes {
  /** Real images, each with its fake. */
  readonly pairs: number;
  /** Pairs whose real image is positive. */
  readonly positives: number;
  /** Pairs whose real image is negative. */
  readonly negatives: number;
  /** Patients of these pairs; fewer where one has several images. */
  readonly patients: number;
}

/** The pairs that share a value of a stratum. */
export interface Stratum {
  /** Such as 'density'. */
  readonly name: string;
  /** Such as 'C'; null for the pairs that do not say. */
  readonly value: string | null;
  /** Of the pairs with this value. */
  readonly n: SampleSizes;
  /** At the threshold of the evaluation, of those that were right. */
  readonly fooled: RatesByDirection;
  /** Real images against their own labels; 'one-class' where the stratum has one class only. */
  readonly aucReal: AreaEstimate;
  /** Fakes against the labels they are meant to be taken for; 'one-class' as above. */
  readonly aucFakeFlipped: AreaEstimate;
}

/** Result of `evaluatePaired`: plain JSON. */
export interface PairedEvaluation {
  /** Name and version of this JSON; `renderReport` knows it by them. */
  readonly schema: 'paired-evaluation/1';
  /** A score above it is called positive. */
  readonly threshold: number;
  /** Where the threshold comes from. */
  readonly thresholdChoice: ThresholdChoice;
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** Of the intervals of rates. */
  readonly method: RateMethod;
  /** 'clustered': a patient has several images. */
  readonly design: 'independent' | 'clustered';
  /** Settings of the bootstrap intervals; null if there are none. */
  readonly bootstrap: BootstrapSettings | null;
  /** Of the records, in the order in which they occur; one, unless attacks were pooled. */
  readonly attackIds: readonly string[];
  /** Of all pairs, skipped ones included. */
  readonly n: SampleSizes;
  /** The records in their order, each with its outcome. */
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
  /** Positives called positive, before and after the attack; `before` is `positivesCorrect`. */
  readonly sensitivity: BeforeAfter;
  /** Negatives called negative, before and after the attack; `before` is `negativesCorrect`. */
  readonly specificity: BeforeAfter;
  /** By direction of the attack, whatever the outcome. */
  readonly scoreShift: {
    /** Of positives, whose scores should fall. */
    readonly remove: ScoreShift;
    /** Of negatives, whose scores should rise. */
    readonly insert: ScoreShift;
  };
  /** Fooling rates over thresholds. */
  readonly curve: readonly FoolingCurvePoint[];
  /** The threshold of the evaluation first, then those that were asked for. */
  readonly operatingPoints: readonly OperatingPoint[];
  /** One for each value of each property in the records' `strata`. */
  readonly strata: readonly Stratum[];
  /** What a reader of the numbers has to know; empty if nothing. */
  readonly warnings: readonly string[];
}
