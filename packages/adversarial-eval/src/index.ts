export {
  type BudgetCurve,
  type BudgetOptions,
  type BudgetPoint,
  budgetCurve,
  type MedianBudget,
} from './budget-curve.ts';
export { type BreastNoiseOptions, breastNoise } from './controls/breast-noise.ts';
export { gaussianBlur } from './controls/gaussian-blur.ts';
export type { ImageSource } from './controls/image-source.ts';
export {
  blurToMatch,
  type ControlOptions,
  type MatchedControl,
  type NoiseOptions,
  noiseToMatch,
} from './controls/match-control.ts';
export type { Shrinkage } from './detectors/class-gaussians.ts';
export type { DetectionBootstrap, DetectionRate } from './detectors/detection-rate.ts';
export type {
  Detector,
  DetectorFit,
  DetectorSample,
  DetectorSizes,
  DetectorState,
  Json,
  SampleSource,
} from './detectors/detector.ts';
export type { DetectorRecord, RealReference } from './detectors/detector-records.ts';
export { detectorVerdicts } from './detectors/detector-verdicts.ts';
export {
  type DimensionalityOptions,
  dimensionalityDetector,
} from './detectors/dimensionality-detector.ts';
export {
  type DetectionPoint,
  type DetectorEvaluation,
  type EvaluateDetectorOptions,
  evaluateDetector,
} from './detectors/evaluate-detector.ts';
export {
  type FalseAlarmThreshold,
  falseAlarmThreshold,
} from './detectors/false-alarm-threshold.ts';
export {
  type FeatureSqueezingOptions,
  featureSqueezingDetector,
  type VictimScores,
} from './detectors/feature-squeezing.ts';
export { functionDetector } from './detectors/function-detector.ts';
export { intrinsicDimension } from './detectors/intrinsic-dimension.ts';
export type { LayerFeatures } from './detectors/layer-features.ts';
export { type MahalanobisOptions, mahalanobisDetector } from './detectors/mahalanobis-detector.ts';
export {
  type PatchPcaOptions,
  patchPcaDetector,
  type ReconstructionOptions,
  reconstructionDetector,
} from './detectors/reconstruction-detector.ts';
export { type SpectrumDetectorOptions, spectrumDetector } from './detectors/spectrum-detector.ts';
export {
  bitDepthSqueezer,
  gaussianSqueezer,
  medianSqueezer,
  type Squeezer,
} from './detectors/squeezers.ts';
export { type EvaluatePairedOptions, evaluatePaired } from './evaluate-paired.ts';
export type { EvaluationResults } from './evaluation-results.ts';
export {
  type FeatureDistance,
  type FeatureDistanceOptions,
  type FeatureDistanceSummary,
  type FeatureExtractor,
  featureDistance,
} from './features/feature-distance.ts';
export {
  type FeatureMoments,
  type MomentsAccumulator,
  momentsAccumulator,
} from './features/feature-moments.ts';
export { frechetDistance } from './features/frechet-distance.ts';
export { kernelDistance } from './features/kernel-distance.ts';
export { type ChangeNorms, type ChangeOptions, changeNorms } from './fidelity/change-norms.ts';
export { differenceImage } from './fidelity/difference-image.ts';
export {
  type JensenShannonOptions,
  jensenShannonDistance,
  wassersteinDistance,
} from './fidelity/histogram-distance.ts';
export {
  type CostlyMeasure,
  type FidelityAccumulator,
  type FidelityOptions,
  type FidelitySummary,
  fidelityAccumulator,
  type ImageFidelity,
  type ImageMasks,
  imageFidelity,
} from './fidelity/image-fidelity.ts';
export type { SsimWindow } from './fidelity/local-means.ts';
export {
  type BreastOptions,
  energyInMask,
  energyInTopPixels,
  type Localisation,
  type LocalisationOptions,
} from './fidelity/localisation.ts';
export type { MeanMeasure, Measure } from './fidelity/measure.ts';
export { type MsSsimOptions, multiScaleSimilarity } from './fidelity/ms-ssim.ts';
export {
  type NmseOptions,
  type NmseSpace,
  type NmseSums,
  nmseSums,
  normalisedSquaredError,
} from './fidelity/nmse.ts';
export type { PixelArray, PixelGeometry, RegionOptions } from './fidelity/pixels.ts';
export {
  type RadialSpectrum,
  radialPowerSpectrum,
  type SpectrumOptions,
  spectrumDistance,
} from './fidelity/power-spectrum.ts';
export { type SsimOptions, structuralSimilarity } from './fidelity/ssim.ts';
export {
  type CurveCount,
  type FoolingCurveOptions,
  type FoolingCurvePoint,
  foolingCurve,
} from './fooling-curve.ts';
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
export { type RocBand, rocBand } from './roc-band.ts';
export type { AttackCounts, ControlOutcome } from './sanity/attack-flags.ts';
export type { PixelPair } from './sanity/pixel-flags.ts';
export type { SanityFlag, SanityFlagId } from './sanity/sanity-flag.ts';
export { type SanityInput, sanityFlags } from './sanity/sanity-flags.ts';
export type { RepeatedScores } from './sanity/score-flags.ts';
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
