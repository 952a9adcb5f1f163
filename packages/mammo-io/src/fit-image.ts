import { cropImage } from './crop-image.ts';
import type { ImageSize } from './image-size.ts';
import {
  type AxisPlacement,
  composePlacements,
  type PlacedImage,
  type Placement,
} from './placement.ts';
import { type GreyImage, resizeBicubic } from './resize.ts';

/**
 * How an image of another shape becomes one of the asked size:
 * - `stretch` changes its shape;
 * - `pad` keeps it and fills what is left over;
 * - `crop` keeps it and cuts off what is too much;
 * - `canvas` first lays the image, unscaled, on a canvas of one size for all detectors, so that a millimetre has the same
 *   length in every image, and then stretches the canvas.
 */
export type FitPolicy = 'stretch' | 'pad' | 'canvas' | 'crop';

/** Options of {@link fitImage}. */
export interface FitOptions extends ImageSize {
  /** Default: `stretch`. */
  readonly policy?: FitPolicy;
  /**
   * Where the chest wall is: there nothing is filled or cut off, but at the other side. Rows are always centred. Default:
   * columns are centred too.
   */
  readonly chestWall?: 'left' | 'right';
  /** Size of the canvas. Default: {@link PAPER_CANVAS}. */
  readonly canvas?: ImageSize;
  /** Grey level of what is filled. Default: 0. */
  readonly fill?: number;
}

/** The larger of the two sizes of the paper's images; the smaller, 3328 × 2560, fits on it. */
export const PAPER_CANVAS: ImageSize = { height: 4096, width: 3328 };

/**
 * Resizes an image ({@link resizeBicubic}) to the asked size by a policy, and records where its pixels went.
 *
 * @throws RangeError if a size or the fill is out of range, or the image does not fit on the canvas
 * @example
 * const { pixels, placement } = fitImage(mammogram, { height: 1728, width: 1408, policy: 'pad', chestWall: 'left' });
 * const mask = placeMask(lesionMask, placement);
 * const { row, column } = toSource(placement, { row: 800, column: 300 });
 */
export function fitImage(image: GreyImage, options: FitOptions): PlacedImage {
  const { policy = 'stretch', fill = 0 } = options;
  if (!Number.isInteger(fill) || fill < 0 || fill > 65535) {
    throw new RangeError(`fitImage: fill must be an integer in 0..65535, got ${fill}`);
  }
  switch (policy) {
    case 'stretch':
      return stretch(image, options);
    case 'pad':
      return pad(image, options);
    case 'canvas':
      return throughCanvas(image, options);
    case 'crop':
      return crop(image, options);
    default:
      return policy satisfies never;
  }
}

function stretch(image: GreyImage, { height, width }: ImageSize): PlacedImage {
  const resized = resizeBicubic(image, { height, width });
  const placement: Placement = {
    source: { height: image.height, width: image.width },
    target: { height, width },
    rows: { scale: height / image.height, offset: 0 },
    columns: { scale: width / image.width, offset: 0 },
  };
  return { ...resized, placement };
}

function pad(image: GreyImage, options: FitOptions): PlacedImage {
  const scale = Math.min(options.height / image.height, options.width / image.width);
  const inner = stretch(image, {
    height: Math.max(1, Math.round(image.height * scale)),
    width: Math.max(1, Math.round(image.width * scale)),
  });
  return after(inner, layOn(inner, options, options));
}

function throughCanvas(image: GreyImage, options: FitOptions): PlacedImage {
  const { canvas = PAPER_CANVAS } = options;
  if (image.height > canvas.height || image.width > canvas.width) {
    throw new RangeError(
      `fitImage: the image must fit on the canvas of ${canvas.height}x${canvas.width}, got ${image.height}x${image.width}`,
    );
  }
  const laid = layOn(image, canvas, options);
  return after(laid, stretch(laid, options));
}

function crop(image: GreyImage, options: FitOptions): PlacedImage {
  const scale = Math.max(options.height / image.height, options.width / image.width);
  const height = Math.min(image.height, Math.max(1, Math.round(options.height / scale)));
  const width = Math.min(image.width, Math.max(1, Math.round(options.width / scale)));
  const top = Math.floor((image.height - height) / 2);
  const left = startOf(image.width - width, options);
  const part = cropImage(image, { top, bottom: top + height, left, right: left + width });
  return after(part, stretch(part, options));
}

/** The image unscaled on a larger one. */
function layOn(image: GreyImage, size: ImageSize, options: FitOptions): PlacedImage {
  const { height, width } = size;
  const top = Math.floor((height - image.height) / 2);
  const left = startOf(width - image.width, options);
  const pixels = new Uint16Array(height * width).fill(options.fill ?? 0);
  for (let row = 0; row < image.height; row++) {
    const line = image.pixels.subarray(row * image.width, (row + 1) * image.width);
    pixels.set(line, (top + row) * width + left);
  }
  const shift = (offset: number): AxisPlacement => ({ scale: 1, offset });
  const placement: Placement = {
    source: { height: image.height, width: image.width },
    target: { height, width },
    rows: shift(top),
    columns: shift(left),
  };
  return { pixels, height, width, placement };
}

/** Columns left of the smaller of two widths, by the side that nothing is to happen at. */
function startOf(difference: number, { chestWall }: FitOptions): number {
  if (chestWall === 'left') return 0;
  return chestWall === 'right' ? difference : Math.floor(difference / 2);
}

function after(first: PlacedImage, second: PlacedImage): PlacedImage {
  return { ...second, placement: composePlacements(first.placement, second.placement) };
}
