export type { ImageCache } from './image-cache.ts';
export { imageCacheKey, openImageCache } from './image-cache.ts';
export type { OpenImageStoreOptions, StoredImageSet } from './image-store.ts';
export { openImageStore } from './image-store.ts';
export type { ImageStoreErrorCode } from './image-store-error.ts';
export { ImageStoreError } from './image-store-error.ts';
export type { ImageStoreOptions, ImageStoreWriter } from './image-store-writer.ts';
export { createImageStore } from './image-store-writer.ts';
export type { ReadManifestOptions } from './manifest-file.ts';
export { readManifestFile } from './manifest-file.ts';
export type {
  ImageFile,
  PreprocessedFile,
  PreprocessFilesOptions,
} from './preprocess-files.ts';
export { preprocessFiles } from './preprocess-files.ts';
export { UNFINISHED, writeWhole } from './write-whole.ts';
