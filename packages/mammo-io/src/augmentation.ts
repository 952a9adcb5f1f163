import { type RandomStream, randomStream } from './random.ts';

/** The ranges that {@link drawAugmentation} draws from. */
export interface AugmentationOptions {
  /** Probability of turning the image upside down. */
  readonly verticalFlip: number;
  /** Largest rotation to either side, degrees. */
  readonly rotationDegrees: number;
  /** Smallest and largest magnification. */
  readonly scale: readonly [number, number];
  /** Largest horizontal shear to either side, degrees. */
  readonly shearDegrees: number;
}

/** One image's augmentation. */
export interface AugmentationDraw {
  /** Turned upside down, before the warp. */
  readonly verticalFlip: boolean;
  /** Clockwise as displayed. */
  readonly rotationDegrees: number;
  /** Above 1 enlarges. */
  readonly scale: number;
  /** Along the rows: x moves by tan(shear) · y. */
  readonly shearDegrees: number;
}

/**
 * The paper's augmentation: vertical flip, rotation ±45°, scale 0.5–2, shear ±45°.
 *
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export const PAPER_AUGMENTATION: AugmentationOptions = {
  verticalFlip: 0.5,
  rotationDegrees: 45,
  scale: [0.5, 2],
  shearDegrees: 45,
};

/** The vertical flip alone: a few hundred training steps on small images learn no better from the whole warp. */
export const FLIP_ONLY: AugmentationOptions = {
  verticalFlip: 0.5,
  rotationDegrees: 0,
  scale: [1, 1],
  shearDegrees: 0,
};

/**
 * Draws one image's augmentation, uniform in each range; always takes four numbers from the stream.
 *
 * @throws RangeError if a range is not one: probability outside [0, 1], scale not positive or not ordered, shear of
 * 90° or more
 * @example
 * ```ts
 * drawAugmentation(FLIP_ONLY, randomStream(1, 'demo')).rotationDegrees === 0; // => true
 * ```
 */
export function drawAugmentation(
  options: AugmentationOptions,
  random: RandomStream,
): AugmentationDraw {
  const { verticalFlip, rotationDegrees, scale, shearDegrees } = options;
  if (!(verticalFlip >= 0 && verticalFlip <= 1)) {
    throw new RangeError(`drawAugmentation: verticalFlip must lie in [0, 1], got ${verticalFlip}`);
  }
  if (!(rotationDegrees >= 0 && rotationDegrees <= 180)) {
    throw new RangeError(
      `drawAugmentation: rotationDegrees must lie in [0, 180], got ${rotationDegrees}`,
    );
  }
  if (!(scale[0] > 0 && scale[1] >= scale[0] && scale[1] < Infinity)) {
    throw new RangeError(`drawAugmentation: scale must be 0 < low <= high, got [${scale}]`);
  }
  if (!(shearDegrees >= 0 && shearDegrees < 90)) {
    throw new RangeError(`drawAugmentation: shearDegrees must lie in [0, 90), got ${shearDegrees}`);
  }
  return {
    verticalFlip: random.uniform() < verticalFlip,
    rotationDegrees: random.uniform(-rotationDegrees, rotationDegrees),
    scale: random.uniform(scale[0], scale[1]),
    shearDegrees: random.uniform(-shearDegrees, shearDegrees),
  };
}

/** Which image of which epoch is augmented. */
export interface AugmentationKey {
  /** Of the training; other seeds draw other augmentations. */
  readonly seed: number;
  /** Counted as the caller does; an image is drawn anew in each. */
  readonly epoch: number;
  /** The image's index in its set. */
  readonly index: number;
}

/**
 * The augmentation of one image in one epoch: the same whenever and wherever it is asked for, in any order. Draws are plain
 * objects to be recorded, and are replayed on masks by {@link applyAugmentationToMask}.
 *
 * @throws RangeError if a range is not one, see {@link drawAugmentation}
 * @example
 * ```ts
 * const key = { seed: 1, epoch: 0, index: 3 };
 * augmentationOf(PAPER_AUGMENTATION, key).scale === augmentationOf(PAPER_AUGMENTATION, key).scale; // => true
 * ```
 */
export function augmentationOf(
  options: AugmentationOptions,
  { seed, epoch, index }: AugmentationKey,
): AugmentationDraw {
  return drawAugmentation(options, randomStream(seed, 'augmentation', epoch, index));
}

/**
 * Returns the augmented image as grey levels in [0, 1].
 *
 * The flip comes first, then one warp about the image's centre: a point p of the result shows the point
 * S·R·(p − c) / scale + c of the image, where R turns by the rotation, S shears by tan(shear) along x, and pixel
 * (row, column) has its centre at (column + ½, row + ½). Bilinear between pixel centres; what comes from outside the
 * image is 0.
 *
 * **Differences**: angles are true angles also on images that are not square (the Python reference of this project
 * turns in coordinates that are squeezed to a square). Same map as torchvision's `RandomAffine`.
 *
 * @param pixels - height × width grey levels, 0..65535
 * @param draw - from {@link drawAugmentation}, or `undefined` for the image as it is
 * @throws RangeError if pixels does not have height × width values
 * @example
 * ```ts
 * const upsideDown = { verticalFlip: true, rotationDegrees: 0, scale: 1, shearDegrees: 0 };
 * applyAugmentation(Uint16Array.of(0, 65535), { height: 2, width: 1 }, upsideDown); // => Float32Array.of(1, 0)
 * ```
 */
export function applyAugmentation(
  pixels: Uint16Array,
  size: { readonly height: number; readonly width: number },
  draw?: AugmentationDraw,
): Float32Array {
  const { height, width } = size;
  if (pixels.length !== height * width) {
    throw new RangeError(
      `applyAugmentation: pixels must have ${height} × ${width} values, got ${pixels.length}`,
    );
  }
  const out = new Float32Array(pixels.length);
  if (draw === undefined || isUnwarped(draw)) {
    const flip = draw?.verticalFlip ?? false;
    for (let row = 0; row < height; row++) {
      const source = (flip ? height - 1 - row : row) * width;
      for (let column = 0; column < width; column++) {
        out[row * width + column] = (pixels[source + column] as number) / 65535;
      }
    }
  } else {
    forEachSource(size, draw, (at, x, y) => {
      out[at] = bilinear(pixels, height, width, x - 0.5, y - 0.5) / 65535;
    });
  }
  return out;
}

/**
 * Replays an augmentation on a mask: each pixel has the value of the pixel that {@link applyAugmentation} would centre its
 * interpolation on, 0 from outside.
 *
 * @param mask - height × width values
 * @throws RangeError if mask does not have height × width values
 * @example
 * ```ts
 * const upsideDown = { verticalFlip: true, rotationDegrees: 0, scale: 1, shearDegrees: 0 };
 * applyAugmentationToMask(Uint8Array.of(0, 1), { height: 2, width: 1 }, upsideDown); // => Uint8Array.of(1, 0)
 * ```
 */
export function applyAugmentationToMask(
  mask: Uint8Array,
  size: { readonly height: number; readonly width: number },
  draw: AugmentationDraw,
): Uint8Array {
  const { height, width } = size;
  if (mask.length !== height * width) {
    throw new RangeError(
      `applyAugmentationToMask: mask must have ${height} × ${width} values, got ${mask.length}`,
    );
  }
  const out = new Uint8Array(mask.length);
  forEachSource(size, draw, (at, x, y) => {
    const row = Math.min(Math.floor(y), height - 1); // the upper border is flipped onto the lower one
    out[at] = mask[row * width + Math.floor(x)]!;
  });
  return out;
}

function isUnwarped(draw: AugmentationDraw): boolean {
  return draw.rotationDegrees === 0 && draw.scale === 1 && draw.shearDegrees === 0;
}

/** Calls `visit` for each pixel of the result that shows the image, with the point (x, y) of the image that it shows. */
function forEachSource(
  { height, width }: { readonly height: number; readonly width: number },
  draw: AugmentationDraw,
  visit: (at: number, x: number, y: number) => void,
): void {
  const turn = (draw.rotationDegrees * Math.PI) / 180;
  const cos = Math.cos(turn) / draw.scale;
  const sin = Math.sin(turn) / draw.scale;
  const shear = Math.tan((draw.shearDegrees * Math.PI) / 180);
  const xx = cos - shear * sin;
  const xy = sin + shear * cos;
  for (let row = 0; row < height; row++) {
    const dy = row + 0.5 - height / 2;
    for (let column = 0; column < width; column++) {
      const dx = column + 0.5 - width / 2;
      const x = xx * dx + xy * dy + width / 2;
      const y = cos * dy - sin * dx + height / 2;
      if (x < 0 || x >= width || y < 0 || y >= height) continue;
      // A point on the upper border would be flipped onto the lower one, which is outside.
      const flipped = draw.verticalFlip
        ? Math.min(height - y, height - Number.EPSILON * height)
        : y;
      visit(row * width + column, x, flipped);
    }
  }
}

/** The image at (x, y) in pixels from the first pixel's centre; the outermost half pixel repeats the edge. */
function bilinear(
  pixels: Uint16Array,
  height: number,
  width: number,
  x: number,
  y: number,
): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const column = left < 0 ? 0 : left;
  const row = top < 0 ? 0 : top;
  const toRight = left < 0 || left >= width - 1 ? 0 : 1;
  const toBelow = top < 0 || top >= height - 1 ? 0 : width;
  const at = row * width + column;
  const fx = x - left;
  const upper = lerp(pixels[at] as number, pixels[at + toRight] as number, fx);
  const lower = lerp(pixels[at + toBelow] as number, pixels[at + toBelow + toRight] as number, fx);
  return lerp(upper, lower, y - top);
}

function lerp(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
