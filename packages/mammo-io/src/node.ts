export type { OpenImageStoreOptions, StoredImageSet } from './image-store.ts';
export { openImageStore } from './image-store.ts';
export type { ImageStoreErrorCode } from './image-store-error.ts';
export { ImageStoreError } from './image-store-error.ts';
export type { ImageStoreOptions, ImageStoreWriter } from './image-store-writer.ts';
export { createImageStore } from './image-store-writer.ts';
export type { ReadManifestOptions } from './manifest-file.ts';
export { readManifestFile } from './manifest-file.ts';
