import { ImageFileError, type ManifestRow } from '@mammo/mammo-io';
import { preprocessFiles } from '@mammo/mammo-io/node';
import type { ImageProblem } from '../chunks/chunk.ts';
import { isMemoryFailure } from '../workers/memory-failure.ts';
import { isSystemFailure } from '../workers/system-failure.ts';
import { withLocalFiles } from './with-local-files.ts';

/** How an operation's images come to their size. */
export interface ImageReading {
  readonly height: number;
  readonly width: number;
  readonly policy: 'pad' | 'stretch' | 'crop' | 'canvas';
  /** Folder that keeps the images for the next job; default: none. */
  readonly cache?: string;
}

/** An image that could be read. */
export interface ReadImage {
  readonly row: ManifestRow;
  /** Height × width grey levels, 0..65535. */
  readonly pixels: Uint16Array;
  /** Whether the file says that a program made it. */
  readonly synthetic: boolean;
}

/**
 * Reads images one after the other; in the place of one that cannot be read stands the reason.
 *
 * @throws the system's error if the disk or the network fails, not the files: one of {@link isSystemFailure}, or any that all of
 *   the images have
 */
export async function readImages(
  rows: readonly ManifestRow[],
  reading: ImageReading,
): Promise<readonly (ReadImage | { readonly problem: ImageProblem })[]> {
  return withLocalFiles(rows, (local) => readFiles(local, reading));
}

async function readFiles(
  rows: readonly ManifestRow[],
  reading: ImageReading,
): Promise<readonly (ReadImage | { readonly problem: ImageProblem })[]> {
  const images: (ReadImage | { readonly problem: ImageProblem })[] = [];
  const unreadable: Error[] = [];
  const stream = preprocessFiles(rows, {
    ...reading,
    threads: 0,
    prefetch: 1,
    onError: (error, row) => {
      const cause = (error.cause ?? error) as Error;
      if (isSystemFailure(cause) || isMemoryFailure(cause)) throw cause;
      const problem = problemOf(cause, row);
      if (problem.code === 'unreadable') unreadable.push(cause);
      images.push({ problem });
    },
  });
  for await (const { file: row, image } of stream) {
    images.push({ row, pixels: image.pixels, synthetic: image.synthetic });
  }
  if (unreadable.length === rows.length && rows.length > 1) throw unreadable[0];
  return images;
}

/** A file's own fault, or the system's with its code. */
function problemOf(cause: Error & { readonly code?: string }, row: ManifestRow): ImageProblem {
  if (cause instanceof ImageFileError) return { code: cause.code, message: cause.message };
  if (cause.code === undefined) return { code: 'failed', message: cause.message };
  return { code: 'unreadable', message: `${row.imageId} cannot be read: ${cause.code}` };
}
