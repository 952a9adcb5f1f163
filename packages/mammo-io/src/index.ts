export type { AugmentationDraw, AugmentationKey, AugmentationOptions } from './augmentation.ts';
export {
  applyAugmentation,
  applyAugmentationToMask,
  augmentationOf,
  drawAugmentation,
  FLIP_ONLY,
  PAPER_AUGMENTATION,
} from './augmentation.ts';
export type { BalancedBatch, BalancedBatchOptions } from './batches.ts';
export { balancedBatch } from './batches.ts';
export type { BreastOrientation, HangOptions, StatedOrientation } from './breast-orientation.ts';
export { breastOrientation, hangImage } from './breast-orientation.ts';
export type { CaseImage, CaseLabel, Laterality, LesionType, View } from './case-image.ts';
export type { CbisDdsmTable } from './cohorts/cbis-ddsm.ts';
export { readCbisDdsm } from './cohorts/cbis-ddsm.ts';
export type { CmmdImage } from './cohorts/cmmd.ts';
export { readCmmd } from './cohorts/cmmd.ts';
export type { CohortTable, LeftOut } from './cohorts/cohort-table.ts';
export type { DdsmCase } from './cohorts/ddsm.ts';
export { readDdsm } from './cohorts/ddsm.ts';
export type { EmbedTables } from './cohorts/embed.ts';
export { readEmbed } from './cohorts/embed.ts';
export { readInbreast } from './cohorts/inbreast.ts';
export { readMiniMias } from './cohorts/mini-mias.ts';
export { readRsna } from './cohorts/rsna.ts';
export { readVindrMammo } from './cohorts/vindr-mammo.ts';
export type { ConvertToDicomOptions } from './convert-to-dicom.ts';
export { convertToDicom } from './convert-to-dicom.ts';
export type { ImageWindow } from './crop-image.ts';
export { cropImage } from './crop-image.ts';
export type { DicomFact } from './dicom/fact.ts';
export type { MammogramFacts, PaddingRange, PresentationIntent } from './dicom/facts.ts';
export type { OrientationFacts, PatientOrientation } from './dicom/orientation.ts';
export type { PixelSpacingMm } from './dicom/pixel-spacing.ts';
export type { ValueTransformFacts } from './dicom/value-transforms.ts';
export type { DicomImage, ReadDicomOptions } from './dicom.ts';
export { readDicom } from './dicom.ts';
export type { DicomFrame, DicomHeader, DicomReader, OpenDicomOptions } from './dicom-reader.ts';
export { openDicom } from './dicom-reader.ts';
export type { BreastWindow, FindBreastOptions } from './find-breast.ts';
export { findBreast } from './find-breast.ts';
export type { FitOptions, FitPolicy } from './fit-image.ts';
export { fitImage, PAPER_CANVAS } from './fit-image.ts';
export type { Flips } from './flip-image.ts';
export { flipImage } from './flip-image.ts';
export type { ForegroundMethod } from './foreground.ts';
export { hashIds } from './hash-ids.ts';
export type { ImageFileErrorCode } from './image-file-error.ts';
export { ImageFileError } from './image-file-error.ts';
export type { ImageSet, MemoryImages } from './image-set.ts';
export { memoryImageSet, subset } from './image-set.ts';
export type { ImageSize } from './image-size.ts';
export type { LookupTable } from './lookup-table.ts';
export { lookUp } from './lookup-table.ts';
export type { Mammogram, ReadMammogramOptions } from './mammogram.ts';
export { readMammogram } from './mammogram.ts';
export type { ManifestFormat } from './manifest.ts';
export { formatManifest, parseManifest } from './manifest.ts';
export { ManifestError } from './manifest-error.ts';
export type { BreastDensity, Finding, ManifestRow } from './manifest-row.ts';
export type { GreyValues } from './modality-values.ts';
export { modalityValues, paddingMask } from './modality-values.ts';
export type { PgmContent, PgmImage } from './pgm.ts';
export { readPgm, writePgm } from './pgm.ts';
export type {
  PhantomImage,
  PhantomPatient,
  PhantomPlan,
} from './phantom/cohort.ts';
export { drawPatient, phantomCohort } from './phantom/cohort.ts';
export type { DrawnView } from './phantom/image.ts';
export type { PhantomOptions, PhantomPlanOptions } from './phantom/options.ts';
export type { BreastTraits, PhantomLesion } from './phantom/traits.ts';
export type {
  AxisPlacement,
  ImagePoint,
  PlacedImage,
  Placement,
} from './placement.ts';
export {
  composePlacements,
  invertPlacement,
  placeMask,
  toSource,
  toTarget,
} from './placement.ts';
export type { PngContent, PngImage } from './png.ts';
export { readPng, SYNTHETIC_MARK, writePng } from './png.ts';
export type { PreprocessedImage, PreprocessOptions } from './preprocess.ts';
export { preprocessMammogram } from './preprocess.ts';
export type { RandomKey, RandomStream } from './random.ts';
export { randomStream } from './random.ts';
export type { RenderedImage, RenderOptions } from './render-for-display.ts';
export { renderForDisplay } from './render-for-display.ts';
export type { GreyImage } from './resize.ts';
export { resizeBicubic } from './resize.ts';
export type { Split, SplitOptions } from './split.ts';
export { SPLITS, splitByPatient } from './split.ts';
export type { SplitLeak } from './split-leaks.ts';
export { findSplitLeaks } from './split-leaks.ts';
export type { MammogramFormat } from './stored-mammogram.ts';
export type { SyntheticMark } from './synthetic-mark.ts';
export { syntheticFileName } from './synthetic-mark.ts';
export type { TiffSamples } from './tiff/samples.ts';
export type { ReadTiffOptions, TiffImage } from './tiff.ts';
export { readTiff } from './tiff.ts';
export type {
  AppliedStep,
  ModalityTransform,
  ValueRange,
  VoiFunction,
  VoiTable,
  VoiWindow,
} from './value-transform.ts';
export { placeInWindow } from './value-transform.ts';
export type { VoiChoice, VoiOptions } from './voi-values.ts';
export { voiValues } from './voi-values.ts';
export type {
  ShownBreast,
  SyntheticDicomOptions,
  SyntheticPixels,
} from './write-synthetic-dicom.ts';
export { writeSyntheticDicom } from './write-synthetic-dicom.ts';
export { writeSyntheticPng } from './write-synthetic-png.ts';
