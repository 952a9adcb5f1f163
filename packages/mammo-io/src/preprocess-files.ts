import { availableParallelism } from 'node:os';
import { mapFiles } from './file-tasks.ts';
import { ImageFileError } from './image-file-error.ts';
import type { PreprocessedImage, PreprocessOptions } from './preprocess.ts';
import type { PreprocessTask } from './preprocess-file.ts';

/** A file to preprocess; a `ManifestRow` is one. */
export interface ImageFile {
  /** As `fs` takes it; relative to the working directory. */
  readonly path: string;
  /** Row of its manifest. */
  readonly row?: number;
  /** Significant bits, where the file cannot tell. */
  readonly bitsStored?: number;
}

/** How {@link preprocessFiles} works. */
export interface PreprocessFilesOptions<File extends ImageFile>
  extends Omit<PreprocessOptions, 'bitsStored'> {
  /** Worker threads; default: one for each core. 0 does everything in this thread. */
  readonly threads?: number;
  /** Images that are being made or wait to be taken, together: the bound on memory. Default: twice the threads, at least 2. */
  readonly prefetch?: number;
  /** Folder that keeps the images for the next time, see `openImageCache`. Default: none. */
  readonly cache?: string;
  /** Stops the work; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Takes the error of a file, which is then left out. Default: the error ends the loop. */
  readonly onError?: (error: Error, file: File) => void;
}

/** A preprocessed file. */
export interface PreprocessedFile<File extends ImageFile> {
  /** As it was given, so that what it carries (label, patient) stays with the image. */
  readonly file: File;
  /** Of `height` × `width` pixels. */
  readonly image: PreprocessedImage;
}

/**
 * Preprocesses files in worker threads and yields the images in the order of the files, ahead of the one who takes them by
 * `prefetch` images at most.
 *
 * @param files - rows of a manifest, or paths
 * @throws RangeError if an option is out of range
 * @throws Error or ImageFileError of a file, which the message names with its row, unless `onError` takes it
 * @example
 * ```ts
 * const rows = await readManifestFile('cohort/manifest.csv');
 * for await (const { file, image } of preprocessFiles(rows, { height: 1728, width: 1408, cache: 'cache' })) {
 *   await store.append(file, image.pixels);
 * }
 * ```
 */
export async function* preprocessFiles<File extends ImageFile>(
  files: Iterable<File>,
  options: PreprocessFilesOptions<File>,
): AsyncGenerator<PreprocessedFile<File>, void, undefined> {
  const { threads = availableParallelism(), cache, signal, onError, ...rest } = options;
  const { prefetch = Math.max(2, 2 * threads), ...preprocessing } = rest;
  requireCount('threads', threads, 0);
  requireCount('prefetch', prefetch, 1);
  requireCount('height', preprocessing.height, 1);
  requireCount('width', preprocessing.width, 1);
  const list = [...files];
  const tasks = list.map(
    ({ path, bitsStored }): PreprocessTask => ({
      kind: 'preprocess',
      path,
      options: { ...preprocessing, ...(bitsStored !== undefined && { bitsStored }) },
      ...(cache !== undefined && { cache }),
    }),
  );
  const outcomes = mapFiles(tasks, { threads, prefetch, signal });
  let index = 0;
  for await (const outcome of outcomes) {
    const file = list[index++]!;
    if ('result' in outcome) {
      yield { file, image: outcome.result };
      continue;
    }
    const error = named(outcome.error, file);
    if (onError === undefined) throw error;
    onError(error, file);
  }
}

function named(error: Error, { row, path }: ImageFile): Error {
  const place = row === undefined ? path : `row ${row}: ${path}`;
  const message = `preprocessFiles: ${place}: ${error.message}`;
  return error instanceof ImageFileError
    ? new ImageFileError(error.code, message, { cause: error })
    : new Error(message, { cause: error });
}

function requireCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(
    `preprocessFiles: ${name} must be an integer from ${least} on, got ${value}`,
  );
}
