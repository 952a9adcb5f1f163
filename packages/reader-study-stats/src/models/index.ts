export {
  type LearningCurve,
  type LearningCurveOptions,
  type LearningModel,
  type LearningPoint,
  learningCurve,
} from '../reading-time/learning-curve.ts';
export {
  type ReadingTimeModel,
  type ReadingTimeModelOptions,
  readingTimeModel,
  type TimeRatio,
} from '../reading-time/reading-time-model.ts';
export type { PredictedProbability } from './average-prediction.ts';
export type { Column, ModelFormula, ModelTerms, Term } from './design-matrix.ts';
export type { FittedModel, ModelCoefficient, ModelOptions } from './fitted-model.ts';
export {
  type GeeFit,
  type GeeOptions,
  type GeeStatus,
  gee,
  type WorkingCorrelation,
} from './gee.ts';
export { type GlmmFit, type GlmmOptions, type GlmmStatus, glmm } from './glmm.ts';
export { type LmmFit, type LmmOptions, type LmmStatus, lmm } from './lmm.ts';
export type { RandomSpread, RandomTerm } from './random-spread.ts';
export type { SmallSampleCorrection } from './sandwich.ts';
