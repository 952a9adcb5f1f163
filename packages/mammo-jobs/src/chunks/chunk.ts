import type { ManifestRow } from '@mammo/mammo-io';

/** Consecutive images of a manifest: what one worker does at a time, and what is kept at once. */
export interface Chunk {
  /** From 0 on. */
  readonly index: number;
  /** Rows of the manifest, in its order. */
  readonly images: readonly ManifestRow[];
}

/** What came of an image: a record for the results, or why there is none. */
export type ImageOutcome =
  | {
      /** What the operation found, as plain JSON; a line of the results. */
      readonly record: Readonly<Record<string, unknown>>;
    }
  | {
      /** The image goes into quarantine. */
      readonly problem: ImageProblem;
    };

/** Why an image was put into quarantine. */
export interface ImageProblem {
  /** `invalid`, `unsupported`, `too-large` (of the file), `unreadable` (the system), `deadly` (its process died) or `failed`. */
  readonly code: string;
  /** For people, as the error had it. */
  readonly message: string;
}

/**
 * Divides a manifest. Its last chunk may be smaller.
 *
 * @throws RangeError if the size is not a positive integer
 */
export function chunksOf(images: readonly ManifestRow[], size: number): readonly Chunk[] {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`chunksOf: size must be a positive integer, got ${size}`);
  }
  return Array.from({ length: Math.ceil(images.length / size) }, (_, index) => ({
    index,
    images: images.slice(index * size, (index + 1) * size),
  }));
}

const CHUNKS_IN_FOLDER = 1000;

/** Where a chunk's result is kept; a thousand of them lie in a folder. */
export function chunkKey(index: number): string {
  const digits = (value: number) => String(value).padStart(6, '0');
  return `chunks/${digits(Math.floor(index / CHUNKS_IN_FOLDER))}/${digits(index)}.jsonl`;
}
