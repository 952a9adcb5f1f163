import { mirroredIndex } from '../controls/mirrored-index.ts';
import type { PixelArray } from '../fidelity/pixels.ts';

/**
 * The median of size × size pixels around each, the image mirrored at its edges; of an even number of
 * pixels the greater of the two middle ones, and the window reaches further up and left.
 */
export function medianFilter(
  image: PixelArray,
  options: { readonly height: number; readonly width: number; readonly size: number },
): Float32Array {
  const { height, width, size } = options;
  const before = size >> 1;
  const window = new Float64Array(size * size);
  const middle = window.length >> 1;
  const across = Int32Array.from({ length: width + size }, (_, i) =>
    mirroredIndex(i - before, width),
  );
  const filtered = new Float32Array(image.length);
  for (let y = 0; y < height; y++) {
    const rows = Array.from(
      { length: size },
      (_, i) => mirroredIndex(y + i - before, height) * width,
    );
    for (let x = 0; x < width; x++) {
      let held = 0;
      for (const row of rows) {
        for (let i = 0; i < size; i++) insert(window, held++, image[row + across[x + i]!]!);
      }
      filtered[y * width + x] = window[middle]!;
    }
  }
  return filtered;
}

/** Keeps the first `held` values of the window sorted while it takes one more. */
function insert(window: Float64Array, held: number, value: number): void {
  let place = held;
  for (; place > 0 && window[place - 1]! > value; place--) window[place] = window[place - 1]!;
  window[place] = value;
}
