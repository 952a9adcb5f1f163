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
export type { RandomKey, RandomStream } from './random.ts';
export { randomStream } from './random.ts';
