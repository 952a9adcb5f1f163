import type { Laterality, View } from './case-image.ts';
import { type ReadMammogramOptions, readMammogram } from './mammogram.ts';
import { type GreyImage, resizeBicubic } from './resize.ts';

/** What {@link preprocessMammogram} does to a file; two files of the same bytes and options give the same pixels. */
export interface PreprocessOptions extends ReadMammogramOptions {
  /** Rows of the result. */
  readonly height: number;
  /** Columns of the result. */
  readonly width: number;
}

/** A mammogram as a network gets it, and what its file said. */
export interface PreprocessedImage extends GreyImage {
  /** The file is marked as made by a program; whatever is written from these pixels must be marked too. */
  readonly synthetic: boolean;
  /** Where the file says it. */
  readonly laterality?: Laterality;
  /** Where the file says it. */
  readonly view?: View;
  /** What to look at before the pixels are used. */
  readonly warnings: readonly string[];
}

/** Changes whenever the same bytes and options give other pixels. */
export const PREPROCESSING_VERSION = 'preprocess-1';

/**
 * Reads a mammogram and brings it to the size of a network's input: grey levels of 0 to 65535 ({@link readMammogram}), resized
 * by {@link resizeBicubic}, the aspect ratio stretched as in the paper.
 *
 * @param bytes - the whole file
 * @throws what readMammogram and resizeBicubic throw
 * @example
 * ```ts
 * const file = writePng({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2 });
 * const { pixels } = await preprocessMammogram(file, { height: 2, width: 2 });
 * pixels; // => Uint16Array.of(0, 65535, 0, 65535)
 * ```
 * @see Zhou et al. (2021), Methods, doi:10.1038/s41467-021-27577-x
 */
export async function preprocessMammogram(
  bytes: Uint8Array,
  options: PreprocessOptions,
): Promise<PreprocessedImage> {
  const { height, width, ...reading } = options;
  const mammogram = await readMammogram(bytes, reading);
  const { pixels } = resizeBicubic(mammogram, { height, width });
  const { synthetic, laterality, view, warnings } = mammogram;
  return {
    pixels,
    height,
    width,
    synthetic,
    ...(laterality && { laterality }),
    ...(view && { view }),
    warnings,
  };
}
