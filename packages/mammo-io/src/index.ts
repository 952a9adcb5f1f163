export type { AugmentationDraw, AugmentationOptions } from './augmentation.ts';
export {
  applyAugmentation,
  drawAugmentation,
  FLIP_ONLY,
  PAPER_AUGMENTATION,
} from './augmentation.ts';
export type { BalancedBatch, BalancedBatchOptions } from './batches.ts';
export { balancedBatch } from './batches.ts';
export type { CaseImage, CaseLabel, Laterality, LesionType, View } from './case-image.ts';
export type { ImageSet, MemoryImages } from './image-set.ts';
export { memoryImageSet, subset } from './image-set.ts';
export type {
  PhantomImage,
  PhantomPatient,
  PhantomPlan,
} from './phantom/cohort.ts';
export { drawPatient, phantomCohort } from './phantom/cohort.ts';
export type { DrawnView } from './phantom/image.ts';
export type { PhantomOptions, PhantomPlanOptions } from './phantom/options.ts';
export type { BreastTraits, PhantomLesion } from './phantom/traits.ts';
export type { RandomKey, RandomStream } from './random.ts';
export { randomStream } from './random.ts';
