export { areaUnderCurve } from './area-under-curve.ts';
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
export { CLASS_INDEX, type FocalLossOptions, focalLoss } from './focal-loss.ts';
export type { Initialiser } from './initialise.ts';
export { countCadParameters, receptiveField } from './network-plan.ts';
export { type CadScores, type ScoreOptions, score, scoreBatch } from './score.ts';
export { trainCad } from './train-cad.ts';
export type {
  CadHistoryRow,
  CadImages,
  CadProgress,
  CadStepLosses,
  CadTrainingResult,
  TrainCadOptions,
} from './train-cad-options.ts';
export { loadVgg11 } from './vgg11.ts';
