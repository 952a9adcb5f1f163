import type { ImageSize } from './image-size.ts';

/** A full-scale or stored grey image, row-major. */
export interface GreyImage extends ImageSize {
  /** height · width values. */
  readonly pixels: Uint16Array;
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
 * @example
 * ```ts
 * const image = { pixels: new Uint16Array(16).fill(1000), height: 4, width: 4 };
 * resizeBicubic(image, { height: 2, width: 2 }).pixels; // => new Uint16Array(4).fill(1000)
 * ```
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
  const across = contributions(image.width, width);
  const pixels = new Uint16Array(height * width);
  const lines = new Float64Array(LINES * image.width + across.taps);
  for (const block of blocks(image, height)) {
    for (let row = block.from; row < block.to; row += LINES) {
      const end = Math.min(row + LINES, block.to);
      for (let line = row; line < end; line++) convolveColumns(block, line, lines);
      convolveRows(
        { lines, stride: image.width },
        across,
        pixels.subarray(row * width, end * width),
      );
    }
  }
  return { pixels, height, width };
}

/** Rows that are convolved together along their columns: each weight is read once for all of them. */
const LINES = 4;
/** Output rows whose inputs are made floats together. */
const BLOCK_ROWS = 8 * LINES;

/**
 * For each output along an axis: its first input, and as many weights as any output has, in fours. Behind the last input of an
 * output they are 0, so that what is read there, even beyond the border, does not count.
 */
interface Contributions {
  readonly first: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
}

function contributions(inputs: number, outputs: number): Contributions {
  const scale = inputs / outputs;
  const stretch = Math.max(1, scale);
  const centre = (output: number): number => (output + 0.5) * scale;
  const start = (output: number): number =>
    Math.max(0, Math.floor(centre(output) - 2 * stretch + 0.5));
  const end = (output: number): number =>
    Math.min(inputs, Math.floor(centre(output) + 2 * stretch + 0.5));
  const first = Int32Array.from({ length: outputs }, (_, output) => start(output));
  const most = first.reduce((taps, from, output) => Math.max(taps, end(output) - from), 0);
  const taps = 4 * Math.ceil(most / 4);
  const weights = new Float64Array(outputs * taps);
  for (let output = 0; output < outputs; output++) {
    const from = first[output]!;
    const own = weights.subarray(output * taps, output * taps + end(output) - from);
    for (let tap = 0; tap < own.length; tap++) {
      own[tap] = keysKernel((from + tap - centre(output) + 0.5) / stretch);
    }
    const total = own.reduce((sum, weight) => sum + weight, 0);
    for (let tap = 0; tap < own.length; tap++) own[tap]! /= total;
  }
  return { first, weights, taps };
}

/** Keys' cubic convolution kernel with a = −0.5, equation (15). */
function keysKernel(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Output rows from `from` to before `to`, and the input rows that they need as floats: the sums are twice as fast on floats. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly inputs: Float32Array;
  /** Input row that `inputs` begin with. */
  readonly firstInput: number;
  readonly width: number;
  readonly down: Contributions;
}

function* blocks({ pixels, height, width }: GreyImage, outputs: number): Generator<Block> {
  const down = contributions(height, outputs);
  let inputs = new Float32Array(0);
  for (let from = 0; from < outputs; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, outputs);
    const firstInput = down.first[from]!;
    const end = down.first[to - 1]! + down.taps; // may lie beyond the image
    const length = (end - firstInput) * width;
    if (inputs.length < length) inputs = new Float32Array(length);
    inputs.set(pixels.subarray(firstInput * width, end * width));
    yield { from, to, inputs, firstInput, width, down };
  }
}

/** One output row of all columns, into its line of `lines`. */
function convolveColumns(block: Block, output: number, lines: Float64Array): void {
  const { inputs, firstInput, width, down } = block;
  const line = ((output - block.from) % LINES) * width;
  lines.fill(0, line, line + width);
  const row = down.first[output]! - firstInput;
  const rowsAt = (tap: number, count: number): InputRows => {
    const at = output * down.taps + tap;
    const weights = down.weights.subarray(at, at + count);
    return { inputs, start: (row + tap) * width, width, weights };
  };
  const eights = down.taps - (down.taps % 8);
  for (let tap = 0; tap < eights; tap += 8) addEightRows(rowsAt(tap, 8), lines, line);
  if (eights < down.taps) addFourRows(rowsAt(eights, 4), lines, line);
}

/** Neighbouring input rows, as many as there are weights. */
interface InputRows {
  readonly inputs: Float32Array;
  readonly start: number;
  readonly width: number;
  readonly weights: Float64Array;
}

function addFourRows(rows: InputRows, lines: Float64Array, line: number): void {
  const { inputs, start, width, weights } = rows;
  const weight0 = weights[0]!;
  const weight1 = weights[1]!;
  const weight2 = weights[2]!;
  const weight3 = weights[3]!;
  for (let column = 0; column < width; column++) {
    let at = start + column;
    let sum = lines[line + column]! + inputs[at]! * weight0;
    at += width;
    sum += inputs[at]! * weight1;
    at += width;
    sum += inputs[at]! * weight2;
    at += width;
    lines[line + column] = sum + inputs[at]! * weight3;
  }
}

/** Eight at once: their sum stays in registers, and the line is read and written half as often. */
function addEightRows(rows: InputRows, lines: Float64Array, line: number): void {
  const { inputs, start, width, weights } = rows;
  const weight0 = weights[0]!;
  const weight1 = weights[1]!;
  const weight2 = weights[2]!;
  const weight3 = weights[3]!;
  const weight4 = weights[4]!;
  const weight5 = weights[5]!;
  const weight6 = weights[6]!;
  const weight7 = weights[7]!;
  for (let column = 0; column < width; column++) {
    let at = start + column;
    let sum = lines[line + column]! + inputs[at]! * weight0;
    at += width;
    sum += inputs[at]! * weight1;
    at += width;
    sum += inputs[at]! * weight2;
    at += width;
    sum += inputs[at]! * weight3;
    at += width;
    sum += inputs[at]! * weight4;
    at += width;
    sum += inputs[at]! * weight5;
    at += width;
    sum += inputs[at]! * weight6;
    at += width;
    lines[line + column] = sum + inputs[at]! * weight7;
  }
}

interface Lines {
  readonly lines: Float64Array;
  /** From the start of a line to that of the next. */
  readonly stride: number;
}

/** All outputs of four lines. Of lines behind the last row of `pixels` nothing is written: they lie outside the array. */
function convolveRows(
  { lines, stride }: Lines,
  { first, weights, taps }: Contributions,
  pixels: Uint16Array,
): void {
  const outputs = first.length;
  for (let output = 0; output < outputs; output++) {
    const start = first[output]!;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[output * taps + tap]!;
      let at = start + tap;
      sum0 += lines[at]! * weight;
      at += stride;
      sum1 += lines[at]! * weight;
      at += stride;
      sum2 += lines[at]! * weight;
      at += stride;
      sum3 += lines[at]! * weight;
    }
    pixels[output] = rounded(sum0);
    pixels[outputs + output] = rounded(sum1);
    pixels[2 * outputs + output] = rounded(sum2);
    pixels[3 * outputs + output] = rounded(sum3);
  }
}

/** To nearest, halves up, within 0..65535; the typed array cuts off the fraction. */
function rounded(sum: number): number {
  if (sum < 0) return 0;
  return sum > 65535 ? 65535 : sum + 0.5;
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
