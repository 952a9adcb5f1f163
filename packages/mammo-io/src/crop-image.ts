import type { PlacedImage } from './placement.ts';
import type { GreyImage } from './resize.ts';

/** A rectangle of an image, in pixels; `bottom` and `right` are not part of it. */
export interface ImageWindow {
  /** First row. */
  readonly top: number;
  /** Row after the last. */
  readonly bottom: number;
  /** First column. */
  readonly left: number;
  /** Column after the last. */
  readonly right: number;
}

/**
 * The part of an image inside a window.
 *
 * @throws RangeError if the window is empty or not inside the image
 * @example
 * ```ts
 * const image = { pixels: Uint16Array.of(1, 2, 3, 4), height: 2, width: 2 };
 * cropImage(image, { top: 1, bottom: 2, left: 0, right: 2 }).pixels; // => Uint16Array.of(3, 4)
 * ```
 */
export function cropImage(image: GreyImage, window: ImageWindow): PlacedImage {
  const { top, bottom, left, right } = window;
  const inside = top >= 0 && top < bottom && bottom <= image.height;
  if (!inside || left < 0 || left >= right || right > image.width || !areIntegers(window)) {
    throw new RangeError(
      `cropImage: window must lie inside ${image.height}x${image.width}, got rows ${top}..${bottom}, columns ${left}..${right}`,
    );
  }
  const size = { height: bottom - top, width: right - left };
  const pixels = new Uint16Array(size.height * size.width);
  for (let row = 0; row < size.height; row++) {
    const from = (top + row) * image.width;
    pixels.set(image.pixels.subarray(from + left, from + right), row * size.width);
  }
  return {
    pixels,
    ...size,
    placement: {
      source: { height: image.height, width: image.width },
      target: size,
      rows: { scale: 1, offset: -top },
      columns: { scale: 1, offset: -left },
    },
  };
}

function areIntegers(window: ImageWindow): boolean {
  return [window.top, window.bottom, window.left, window.right].every(Number.isInteger);
}
