export {
  type BudgetCurve,
  type BudgetOptions,
  type BudgetPoint,
  budgetCurve,
  type MedianBudget,
} from './budget-curve.ts';
export {
  blurToMatch,
  type ControlOptions,
  type MatchedControl,
  type NoiseOptions,
  noiseToMatch,
} from './controls.ts';
export { differenceImage } from './difference-image.ts';
export { type EvaluatePairedOptions, evaluatePaired } from './evaluate-paired.ts';
export type { EvaluationResults } from './evaluation-results.ts';
export {
  type FidelityAccumulator,
  type FidelityOptions,
  type FidelitySummary,
  fidelityAccumulator,
  type ImageFidelity,
  imageFidelity,
} from './fidelity.ts';
export {
  type CurveCount,
  type FoolingCurveOptions,
  type FoolingCurvePoint,
  foolingCurve,
} from './fooling-curve.ts';
export { gaussianBlur } from './gaussian-blur.ts';
export type {
  AreaEstimate,
  AreaMethod,
  AreaSizes,
  EstimatedArea,
  UndefinedArea,
} from './intervals/area-estimate.ts';
export { type CrossedOutcome, type CrossedRate, crossedRate } from './intervals/crossed-rate.ts';
export type { BootstrapSettings } from './intervals/patient-bootstrap.ts';
export type { PatientMean } from './intervals/patient-mean.ts';
export type {
  EmptyRate,
  EstimatedRate,
  RateEstimate,
  RateInterval,
  RateMethod,
} from './intervals/rate-estimate.ts';
export {
  energyInMask,
  energyInTopPixels,
  type Localisation,
  type LocalisationOptions,
} from './localisation.ts';
export { type NmseSums, nmseSums } from './nmse.ts';
export { pairOutcome } from './pair-outcome.ts';
export type {
  BeforeAfter,
  EvaluatedPair,
  OperatingPoint,
  PairedEvaluation,
  PairOutcome,
  RatesByDirection,
  SampleSizes,
  ScoreShift,
  Stratum,
} from './paired-evaluation.ts';
export {
  type AttackDirection,
  type PairedRecord,
  PairedRecordError,
  type RecordProblem,
  type ValidateOptions,
  validateRecords,
} from './paired-record.ts';
export type { PixelArray, PixelGeometry } from './pixels.ts';
export type { ModelOutput } from './records/class-scores.ts';
export {
  type CaseInfo,
  fromTfjs,
  type TensorLike,
  type TensorScores,
} from './records/from-tfjs.ts';
export type { ReadOptions, RecordField } from './records/read-fields.ts';
export { formatRecordLines, parseRecordLines } from './records/record-lines.ts';
export { formatRecords, type ParseRecordsOptions, parseRecords } from './records/records-csv.ts';
export {
  fromRobustBench,
  type RobustBenchEntry,
  type RobustBenchRun,
  toRobustBench,
} from './records/robust-bench.ts';
export {
  fromScoreTables,
  type ScoreTableOptions,
  type ScoreTables,
  toScoreTables,
} from './records/score-tables.ts';
export type { AttackCounts, ControlOutcome } from './sanity/attack-flags.ts';
export type { PixelPair } from './sanity/pixel-flags.ts';
export type { SanityFlag, SanityFlagId } from './sanity/sanity-flag.ts';
export { type SanityInput, sanityFlags } from './sanity/sanity-flags.ts';
export type { RepeatedScores } from './sanity/score-flags.ts';
export { type SsimWindow, structuralSimilarity } from './ssim.ts';
export {
  type DetectorVerdict,
  type FakeRead,
  type ReaderOutcome,
  type SystemInput,
  type SystemOptions,
  type SystemOutcome,
  type SystemPolicies,
  systemOutcome,
} from './system-outcome.ts';
export { type PaperValue, type TableOneId, type TableOneRow, tableOne } from './table-one.ts';
export {
  chooseThreshold,
  type ReferenceScores,
  type ThresholdChoice,
  type ThresholdPolicy,
} from './threshold-policy.ts';
export {
  type TransferCell,
  type TransferMatrix,
  type TransferOptions,
  transferMatrix,
} from './transfer-matrix.ts';
