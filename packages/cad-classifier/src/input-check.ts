import * as tf from '@tensorflow/tfjs-core';

/** What is told of each image of a batch without looking at its pixels one by one. */
export interface PixelSummary {
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
}

/** Rounding of pixels that were computed. */
const TOLERANCE = 1e-6;

/**
 * Least, greatest and mean pixel of each image, [N, 3], to be read together with the scores.
 *
 * @param grey - [N, H, W, 1]
 */
export function summarisePixels(grey: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    const flat = tf.reshape(grey, [grey.shape[0], -1]); // [N, H·W]
    return tf.stack([tf.min(flat, 1), tf.max(flat, 1), tf.mean(flat, 1)], 1) as tf.Tensor2D;
  });
}

/**
 * What {@link summarisePixels} found, image by image.
 *
 * @throws RangeError if a pixel is not finite or lies outside of [0, 1]
 */
export function checkPixels(caller: string, summary: ArrayLike<number>): PixelSummary[] {
  return Array.from({ length: summary.length / 3 }, (_, i) => {
    const [least, greatest, mean] = [summary[3 * i]!, summary[3 * i + 1]!, summary[3 * i + 2]!];
    if (!Number.isFinite(mean)) {
      throw new RangeError(`${caller}: pixels must be finite, got a mean of ${mean} in image ${i}`);
    }
    if (least < -TOLERANCE || greatest > 1 + TOLERANCE) {
      throw new RangeError(
        `${caller}: pixels must lie in [0, 1], got ${least} to ${greatest} in image ${i}`,
      );
    }
    return { least, greatest, mean };
  });
}

const TWELVE_BITS = 4095 / 65535;
const MOSTLY_WHITE = 0.6;

/** Oddities of images that are no errors. */
const ODDITIES: readonly {
  readonly text: string;
  readonly found: (image: PixelSummary) => boolean;
}[] = [
  { text: 'all pixels have one value', found: ({ least, greatest }) => least === greatest },
  {
    text: 'no pixel exceeds 4095 of 65535: 12-bit values that were not scaled?',
    found: ({ least, greatest }) => greatest > least && greatest <= TWELVE_BITS,
  },
  {
    text: 'most of the image is white: MONOCHROME1 that was not inverted?',
    found: ({ least, greatest, mean }) => greatest > least && mean > MOSTLY_WHITE,
  },
];

/**
 * What is odd about images, each kind once.
 *
 * @returns e.g. `2 of 8 images, the first at index 3: no pixel exceeds 4095 of 65535: 12-bit values that were not scaled?`
 */
export function inputWarnings(images: readonly PixelSummary[]): string[] {
  return ODDITIES.flatMap(({ text, found }) => {
    const count = images.filter(found).length;
    const first = images.findIndex(found);
    return count === 0
      ? []
      : [`${count} of ${images.length} images, the first at index ${first}: ${text}`];
  });
}
