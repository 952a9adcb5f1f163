/**
 * Why a file could not be read: `invalid` (damaged, truncated, or not what it claims to be), `unsupported` (a sound file
 * of a kind that this library does not read) or `too-large` (beyond the limit on pixels).
 */
export type ImageFileErrorCode = 'invalid' | 'unsupported' | 'too-large';

/** Thrown by every reader of this package for a file that it cannot turn into pixels; `code` says which kind of failure. */
export class ImageFileError extends Error {
  /** Why the file could not be read. */
  readonly code: ImageFileErrorCode;

  constructor(code: ImageFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImageFileError';
    this.code = code;
  }
}

/** The most pixels that a reader allocates for: 2^28, ten times the largest mammogram. */
export const MAX_PIXELS: number = 2 ** 28;

/** Puts the public function's name before the message of an error that came from inside it. */
export function namedAfter(reader: string, error: unknown): unknown {
  if (!(error instanceof ImageFileError)) return error;
  return new ImageFileError(error.code, `${reader}: ${error.message}`, { cause: error });
}

/**
 * The same bytes as a plain Uint8Array: a Node Buffer is one too, but its `slice` does not copy.
 *
 * @throws TypeError if `bytes` is not a Uint8Array
 */
export function plainBytes(reader: string, bytes: Uint8Array): Uint8Array {
  if (bytes instanceof Uint8Array) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  throw new TypeError(`${reader}: bytes must be a Uint8Array, got ${typeof bytes}`);
}
