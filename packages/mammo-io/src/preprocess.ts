import { type BreastOrientation, breastOrientation, hangImage } from './breast-orientation.ts';
import type { Laterality, View } from './case-image.ts';
import { cropImage } from './crop-image.ts';
import { findBreast } from './find-breast.ts';
import { type FitOptions, fitImage } from './fit-image.ts';
import { type Mammogram, type ReadMammogramOptions, readMammogram } from './mammogram.ts';
import { composePlacements, type PlacedImage } from './placement.ts';
import type { GreyImage } from './resize.ts';

/** What {@link preprocessMammogram} does to a file; two files of the same bytes and options give the same pixels. */
export interface PreprocessOptions
  extends ReadMammogramOptions,
    Pick<FitOptions, 'height' | 'width' | 'policy' | 'canvas' | 'fill'> {
  /**
   * Flips the image so that the chest wall is on this side and the head's side is up ({@link breastOrientation}); `by-side`:
   * left for left breasts, right for right ones, as mammograms are hung, where the file says the side. Default: as it is.
   */
  readonly chestWall?: 'left' | 'right' | 'by-side';
  /** `breast` cuts the image to the breast ({@link findBreast}) before it is resized. Default: none. */
  readonly crop?: 'breast';
}

/** A mammogram as a network gets it, and what its file said; `placement` says where the file's pixels went. */
export interface PreprocessedImage extends PlacedImage {
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
export const PREPROCESSING_VERSION = 'preprocess-2';

/**
 * Reads a mammogram and brings it to the size of a network's input: grey levels of 0 to 65535 ({@link readMammogram}), if asked
 * hung with the chest wall on one side and cut to the breast, then resized by a policy ({@link fitImage}), by default
 * stretched as in the paper.
 *
 * @param bytes - the whole file
 * @throws what readMammogram and fitImage throw
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
  const { bitsStored, frame, chestWall: _, crop, ...fit } = options;
  const mammogram = await readMammogram(bytes, {
    ...(bitsStored !== undefined && { bitsStored }),
    ...(frame !== undefined && { frame }),
  });
  const { synthetic, laterality, view } = mammogram;
  const layout = planLayout(mammogram, options);
  const hung = layout.orientation
    ? hangImage(mammogram, { orientation: layout.orientation, chestWall: layout.wanted })
    : untouched(mammogram);
  const cut = crop ? after(hung, cropToBreast(hung, layout.chestWall)) : hung;
  const fitted = fitImage(cut, {
    ...fit,
    ...(layout.chestWall && { chestWall: layout.chestWall }),
  });
  return {
    ...after(cut, fitted),
    synthetic,
    ...(laterality && { laterality }),
    ...(view && { view }),
    warnings: [...mammogram.warnings, ...layout.warnings],
  };
}

type Side = 'left' | 'right';

/** Where the chest wall is in the result, where it is known; `orientation` and `wanted` where the image is to be hung. */
type Layout = {
  readonly chestWall?: Side;
  readonly warnings: readonly string[];
} & (
  | { readonly orientation: BreastOrientation; readonly wanted: Side }
  | { readonly orientation?: undefined }
);

function planLayout(mammogram: Mammogram, options: PreprocessOptions): Layout {
  const { crop, policy = 'stretch', chestWall } = options;
  if (chestWall === undefined && crop === undefined && policy === 'stretch')
    return { warnings: [] };
  const orientation = breastOrientation(mammogram, mammogram);
  const warnings = [...orientation.warnings];
  const wanted = wantedSide(mammogram, chestWall);
  if (chestWall && !wanted) warnings.push('the file does not say its side: not flipped');
  if (crop && !orientation.chestWall) {
    warnings.push('the chest wall is on neither side: not cut to the breast');
  }
  if (wanted === undefined) {
    return { warnings, ...(orientation.chestWall && { chestWall: orientation.chestWall }) };
  }
  return { warnings, orientation, wanted, ...(orientation.chestWall && { chestWall: wanted }) };
}

function wantedSide(
  { laterality }: Mammogram,
  chestWall: PreprocessOptions['chestWall'],
): Side | undefined {
  if (chestWall !== 'by-side') return chestWall;
  return laterality && (laterality === 'L' ? 'left' : 'right');
}

function cropToBreast(image: PlacedImage, chestWall: Side | undefined): PlacedImage {
  return chestWall ? cropImage(image, findBreast(image, { chestWall })) : untouched(image);
}

function untouched({ pixels, height, width }: GreyImage): PlacedImage {
  const size = { height, width };
  const axis = { scale: 1, offset: 0 };
  return {
    pixels,
    height,
    width,
    placement: { source: size, target: size, rows: axis, columns: axis },
  };
}

function after(first: PlacedImage, second: PlacedImage): PlacedImage {
  return { ...second, placement: composePlacements(first.placement, second.placement) };
}
