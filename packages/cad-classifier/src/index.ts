export {
  chooseThreshold,
  type ThresholdChoice,
  type ThresholdPolicy,
} from '@mammo/adversarial-eval';
export {
  type AggregateOptions,
  aggregateScores,
  type BreastScore,
  type ExamScore,
  type ScoredImage,
  type ScoreRule,
} from './aggregate-scores.ts';
export { areaUnderCurve } from './area-under-curve.ts';
export {
  type CadCard,
  type CadTrainingData,
  type CardFacts,
  createCard,
  parseCard,
} from './cad-card.ts';
export {
  type CadLoss,
  type CadLossOptions,
  cadLoss,
  defaultPenaltyWeight,
  type PenalizedOutput,
} from './cad-loss.ts';
export {
  type CadModel,
  type CreateCadOptions,
  createCadModel,
  type ForwardOptions,
} from './cad-model.ts';
export { type CadOptions, type CadPreset, cadOptions } from './cad-options.ts';
export {
  type CadPart,
  type CadPhase,
  type CadSchedule,
  type CadSchedulePreset,
  cadSchedule,
} from './cad-schedule.ts';
export { loadCad, saveCad } from './cad-weights.ts';
export {
  type Calibration,
  type CalibrationMethod,
  calibrate,
  fitCalibration,
  marginsOf,
} from './calibration.ts';
export type { CalibrationSample, FittedOn } from './calibration-sample.ts';
export { type CadDecision, type CardedCad, decide, loadCadWithCard } from './carded-cad.ts';
export { type ColourPicture, type DrawHeatmapOptions, drawHeatmap } from './draw-heatmap.ts';
export { CLASS_INDEX, type FocalLossOptions, focalLoss } from './focal-loss.ts';
export {
  type BatchGradients,
  type CadBatch,
  gradientsInPasses,
  type PassesOptions,
} from './gradients-in-passes.ts';
export { type CadHeatmap, type HeatmapOptions, heatmaps, type PixelBox } from './heatmap.ts';
export type { Initialiser } from './initialise.ts';
export { fitIsotonic, type IsotonicCurve } from './isotonic-regression.ts';
export { countCadParameters, type ReceptiveField, receptiveField } from './network-plan.ts';
export { type CadScores, type ScoreOptions, score, scoreBatch } from './score.ts';
export { fitTemperature, type TemperatureScaling } from './temperature-scaling.ts';
export { readTorchFile } from './torch-file/read-torch-file.ts';
export { TorchFileError } from './torch-file/torch-file-error.ts';
export { trainCad } from './train-cad.ts';
export type {
  Adversary,
  AdversaryTurn,
  CadHistoryRow,
  CadImages,
  CadProgress,
  CadStepLosses,
  CadTrainingResult,
  TrainCadOptions,
} from './train-cad-options.ts';
export { type Divergence, TrainingDivergedError } from './training-diverged-error.ts';
export { loadVgg11 } from './vgg11.ts';
