import { dataRange, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';

/**
 * Square patches side by side, row by row, in units of maximum − minimum; what does not fill a patch at
 * the right and lower edges is left out.
 *
 * @returns the same array again and again, overwritten
 */
export function* patchesOf(
  image: PixelArray,
  geometry: PixelGeometry & { readonly patch: number },
): Generator<Float64Array> {
  const { height, width, minimum = 0, patch } = geometry;
  const scale = 1 / dataRange(geometry);
  const values = new Float64Array(patch * patch);
  for (let top = 0; top + patch <= height; top += patch) {
    for (let left = 0; left + patch <= width; left += patch) {
      for (let y = 0; y < patch; y++) {
        for (let x = 0; x < patch; x++) {
          values[y * patch + x] = (image[(top + y) * width + left + x]! - minimum) * scale;
        }
      }
      yield values;
    }
  }
}
