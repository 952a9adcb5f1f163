import type { PlacedImage } from './placement.ts';
import type { GreyImage } from './resize.ts';

/** What {@link flipImage} exchanges. */
export interface Flips {
  /** Left and right. Default: false. */
  readonly leftRight?: boolean;
  /** Top and bottom. Default: false. */
  readonly upsideDown?: boolean;
}

/**
 * Mirrors an image; both flips together turn it by 180°.
 *
 * @example
 * ```ts
 * const image = { pixels: Uint16Array.of(1, 2), height: 1, width: 2 };
 * flipImage(image, { leftRight: true }).pixels; // => Uint16Array.of(2, 1)
 * ```
 */
export function flipImage(image: GreyImage, flips: Flips): PlacedImage {
  const { pixels, height, width } = image;
  const { leftRight = false, upsideDown = false } = flips;
  const flipped = new Uint16Array(pixels.length);
  for (let row = 0; row < height; row++) {
    const from = (upsideDown ? height - 1 - row : row) * width;
    const line = flipped.subarray(row * width, (row + 1) * width);
    line.set(pixels.subarray(from, from + width));
    if (leftRight) line.reverse();
  }
  const size = { height, width };
  const still = { scale: 1, offset: 0 };
  return {
    pixels: flipped,
    ...size,
    placement: {
      source: size,
      target: size,
      rows: upsideDown ? { scale: -1, offset: height } : still,
      columns: leftRight ? { scale: -1, offset: width } : still,
    },
  };
}
