/**
 * Why an image store cannot be used: `missing` (there is none), `mismatch` (it holds images of another configuration)
 * or `damaged` (a file was changed or shortened after it was written).
 */
export type ImageStoreErrorCode = 'missing' | 'mismatch' | 'damaged';

/** Thrown for an image store that cannot be used; `code` says which kind of failure. */
export class ImageStoreError extends Error {
  /** Why the store cannot be used. */
  readonly code: ImageStoreErrorCode;

  constructor(code: ImageStoreErrorCode, message: string) {
    super(message);
    this.name = 'ImageStoreError';
    this.code = code;
  }
}
