/** A full-scale or stored grey image, row-major. */
export interface GreyImage {
  readonly pixels: Uint16Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Resizes by bicubic convolution with antialiasing, the aspect ratio stretched to `size`.
 *
 * Along each axis, output i is Σ_j w_j x_j over the inputs within the support, with the Keys kernel (a = −0.5) stretched by
 * max(1, input/output) and centred at (i + 0.5) · input/output − 0.5; weights that reach beyond the border are dropped and
 * the rest renormalised. Rows and columns are convolved in float64 without intermediate rounding; the result is rounded to
 * nearest (halves up) and clamped to 0..65535.
 *
 * @param image the grey image; its pixels are not changed
 * @param size height and width of the result, positive integers
 * @returns a new image
 * @throws RangeError if a size is not a positive integer, or `image` does not have height × width pixels
 * @see R. G. Keys (1981), Cubic convolution interpolation for digital image processing, IEEE Trans. ASSP 29(6),
 *   doi:10.1109/TASSP.1981.1163711
 *
 * **Differences**: Pillow's `resize(BICUBIC)` of a mode-F image is the same in float32 (a pixel in 30,000 rounds otherwise). OpenCV's
 * INTER_CUBIC (a = −0.75, no antialiasing) and Pillow's I;16 (rounds between the passes) differ.
 */
export function resizeBicubic(
  image: GreyImage,
  size: { readonly height: number; readonly width: number },
): GreyImage {
  const { height, width } = size;
  requireSize('size', size);
  requireSize('image', image);
  if (image.pixels.length !== image.height * image.width) {
    throw new RangeError(
      `resizeBicubic: image must have ${image.height} x ${image.width} pixels, got ${image.pixels.length}`,
    );
  }
  const sums = convolveColumns(
    convolveRows(image, contributions(image.width, width)),
    width,
    contributions(image.height, height),
  );
  return { pixels: roundedPixels(sums), height, width };
}

/** For each output along an axis: its first input, and as many weights as any output has, from there on. */
interface Contributions {
  readonly first: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
}

function contributions(inputs: number, outputs: number): Contributions {
  const scale = inputs / outputs;
  const stretch = Math.max(1, scale);
  const support = 2 * stretch;
  const taps = Math.min(inputs, Math.ceil(support) * 2 + 1);
  const first = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let output = 0; output < outputs; output++) {
    const centre = (output + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(inputs, Math.floor(centre + support + 0.5));
    first[output] = Math.min(start, inputs - taps);
    const own = weights.subarray(output * taps, (output + 1) * taps);
    for (let input = start; input < end; input++) {
      own[input - first[output]!] = keysKernel((input - centre + 0.5) / stretch);
    }
    const total = own.reduce((sum, weight) => sum + weight, 0);
    for (let tap = 0; tap < taps; tap++) own[tap]! /= total;
  }
  return { first, weights, taps };
}

/** Keys' cubic convolution kernel with a = −0.5, equation (15). */
function keysKernel(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function convolveRows({ pixels, height, width }: GreyImage, along: Contributions): Float64Array {
  const { first, weights, taps } = along;
  const outputs = first.length;
  const result = new Float64Array(height * outputs);
  for (let row = 0; row < height; row++) {
    const inputs = pixels.subarray(row * width, (row + 1) * width);
    for (let output = 0; output < outputs; output++) {
      const start = first[output]!;
      const weight = output * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += inputs[start + tap]! * weights[weight + tap]!;
      result[row * outputs + output] = sum;
    }
  }
  return result;
}

function convolveColumns(input: Float64Array, width: number, along: Contributions): Float64Array {
  const { first, weights, taps } = along;
  const result = new Float64Array(first.length * width);
  for (const [output, start] of first.entries()) {
    const sums = result.subarray(output * width, (output + 1) * width);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[output * taps + tap]!;
      if (weight === 0) continue;
      const row = input.subarray((start + tap) * width, (start + tap + 1) * width);
      for (let column = 0; column < width; column++) sums[column]! += row[column]! * weight;
    }
  }
  return result;
}

function roundedPixels(sums: Float64Array): Uint16Array {
  const pixels = new Uint16Array(sums.length);
  for (let index = 0; index < sums.length; index++) {
    pixels[index] = Math.min(Math.max(Math.floor(sums[index]! + 0.5), 0), 65535);
  }
  return pixels;
}

function requireSize(
  what: string,
  { height, width }: { readonly height: number; readonly width: number },
): void {
  if (Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0) return;
  throw new RangeError(
    `resizeBicubic: ${what} must have a positive height and width, got ${height}x${width}`,
  );
}
