import type { GreyImage } from './resize.ts';

/** What {@link erode} takes for foreground, and how much of it it takes off. */
export interface Erosion {
  /** Pixels above this level are foreground; the outside of the image is background. */
  readonly above: number;
  /** As many erosions by a cross of five pixels, 0 to 65534. */
  readonly radius: number;
}

/**
 * Erodes by a diamond: 1 where the nearest background is further than the radius in the L1 metric, by two passes.
 *
 * @see A. Rosenfeld, J. L. Pfaltz (1966), Sequential operations in digital picture processing, J. ACM 13(4), doi:10.1145/321356.321357
 */
export function erode(image: GreyImage, erosion: Erosion): Uint8Array {
  const distances = distancesFromUpperLeft(image, erosion);
  const { height, width } = image;
  const eroded = new Uint8Array(distances.length);
  const below = new Uint16Array(width);
  for (let row = height - 1; row >= 0; row--) {
    let right = 0;
    for (let column = width - 1; column >= 0; column--) {
      const at = row * width + column;
      right = Math.min(distances[at]!, right + 1, below[column]! + 1);
      below[column] = right;
      if (right > erosion.radius) eroded[at] = 1;
    }
  }
  return eroded;
}

/** The distance from the background above and to the left, but no more than one beyond the radius. */
function distancesFromUpperLeft(
  { pixels, height, width }: GreyImage,
  { above, radius }: Erosion,
): Uint16Array {
  const distances = new Uint16Array(pixels.length);
  const up = new Uint16Array(width);
  for (let row = 0; row < height; row++) {
    let left = 0;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      left = pixels[at]! > above ? Math.min(left, up[column]!, radius) + 1 : 0;
      up[column] = left;
      distances[at] = left;
    }
  }
  return distances;
}
