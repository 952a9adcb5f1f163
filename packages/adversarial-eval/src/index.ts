export {
  blurToMatch,
  type ControlOptions,
  type MatchedControl,
  type NoiseOptions,
  noiseToMatch,
} from './controls.ts';
export { differenceImage } from './difference-image.ts';
export {
  type BeforeAfter,
  type EvaluatedPair,
  type EvaluatePairedOptions,
  evaluatePaired,
  type PairedEvaluation,
  type PairOutcome,
  pairOutcome,
  type ScoreShift,
} from './evaluate-paired.ts';
export {
  type FidelityAccumulator,
  type FidelityOptions,
  type FidelitySummary,
  fidelityAccumulator,
  type ImageFidelity,
  imageFidelity,
} from './fidelity.ts';
export { gaussianBlur } from './gaussian-blur.ts';
export {
  energyInMask,
  energyInTopPixels,
  type Localisation,
  type LocalisationOptions,
} from './localisation.ts';
export { type NmseSums, nmseSums } from './nmse.ts';
export {
  type AttackDirection,
  type PairedRecord,
  PairedRecordError,
  validateRecords,
} from './paired-record.ts';
export type { PixelArray, PixelGeometry } from './pixels.ts';
export { type SsimWindow, structuralSimilarity } from './ssim.ts';
export { type PaperValue, type TableOneId, type TableOneRow, tableOne } from './table-one.ts';
