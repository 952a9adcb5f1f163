import type { PixelArray } from './pixels.ts';

/**
 * Window of local means: 'uniform-7' weighs 7×7 pixels equally, 'gaussian-11' is Wang's 11×11 Gaussian
 * with σ = 1.5. Both are used only where the window fits.
 */
export type SsimWindow = 'uniform-7' | 'gaussian-11';

/** Pixels on a side of each window. */
export const WINDOW_SIZE: { readonly [name in SsimWindow]: number } = {
  'uniform-7': 7,
  'gaussian-11': 11,
};

/** Half of the Gaussian's eleven weights: distance 0 to 5; all eleven sum to 1. */
const GAUSSIAN: readonly number[] = (() => {
  const half = [0, 1, 2, 3, 4, 5].map((distance) => Math.exp(-(distance ** 2) / (2 * 1.5 ** 2)));
  const total = half.reduce((sum, weight) => sum + 2 * weight, -half[0]!);
  return half.map((weight) => weight / total);
})();

/** Rows, then columns, after which running sums start afresh, so that no rounding accumulates. */
const FRESH_START = 64;

/** Weighted means of one row of windows, unscaled pixels; overwritten by the next row. */
export interface LocalMeans {
  readonly real: Float64Array;
  readonly fake: Float64Array;
  /** Of real² + fake². */
  readonly squares: Float64Array;
  /** Of real·fake. */
  readonly product: Float64Array;
}

/** An image pair, the window, and what to do with each row of means. */
export interface LocalMeansOptions {
  readonly height: number;
  readonly width: number;
  readonly window: SsimWindow;
  /** Called from top to bottom; `top` is the first row of the windows. */
  visit(top: number, means: LocalMeans): void;
}

/**
 * Local means of both images, of their squares and of their product, in every window that fits. Only
 * one band of the image is held.
 */
export function forEachBand(real: PixelArray, fake: PixelArray, options: LocalMeansOptions): void {
  const { height, width, window, visit } = options;
  const size = WINDOW_SIZE[window];
  const ring = allocate((size + 1) * width);
  const columns = allocate(width);
  const means = allocate(width - size + 1);
  const takeMeans = window === 'uniform-7' ? uniformMeans : gaussianMeans;
  for (let y = 0; y < height; y++) {
    readRow(ring, (y % (size + 1)) * width, rowOf(real, y, width), rowOf(fake, y, width));
    if (y < size - 1) continue;
    for (const key of KEYS) takeMeans(ring[key], columns[key], means[key], y);
    visit(y - size + 1, means);
  }
}

const KEYS = ['real', 'fake', 'squares', 'product'] as const;

function allocate(length: number): LocalMeans {
  return {
    real: new Float64Array(length),
    fake: new Float64Array(length),
    squares: new Float64Array(length),
    product: new Float64Array(length),
  };
}

function rowOf(image: PixelArray, y: number, width: number): PixelArray {
  return image.subarray(y * width, (y + 1) * width);
}

/** Puts a row into the ring, which holds one row more than the window is high. */
function readRow(
  { real, fake, squares, product }: LocalMeans,
  slot: number,
  realRow: PixelArray,
  fakeRow: PixelArray,
): void {
  for (let x = 0; x < realRow.length; x++) {
    const a = realRow[x]!;
    const b = fakeRow[x]!;
    real[slot + x] = a;
    fake[slot + x] = b;
    squares[slot + x] = a * a + b * b;
    product[slot + x] = a * b;
  }
}

/** Sliding sums, down the columns and then along the row; y is the last row of the band. */
function uniformMeans(ring: Float64Array, columns: Float64Array, means: Float64Array, y: number) {
  const width = columns.length;
  const [added, dropped] = [(y % 8) * width, ((y + 1) % 8) * width];
  if (y === 6 || y % FRESH_START === 0) sumColumns(ring, columns, dropped);
  else {
    for (let x = 0; x < width; x++) columns[x]! += ring[added + x]! - ring[dropped + x]!;
  }
  for (let start = 0; start < means.length; start += FRESH_START) {
    const end = Math.min(means.length, start + FRESH_START);
    let sum = 0;
    for (let x = start; x < start + 7; x++) sum += columns[x]!;
    means[start] = sum / 49;
    for (let x = start + 1; x < end; x++) {
      sum += columns[x + 6]! - columns[x - 1]!;
      means[x] = sum / 49;
    }
  }
}

/** Sums all rows of the ring but the dropped one. */
function sumColumns(ring: Float64Array, columns: Float64Array, dropped: number): void {
  const width = columns.length;
  columns.fill(0);
  for (let row = 0; row < ring.length; row += width) {
    if (row === dropped) continue;
    for (let x = 0; x < width; x++) columns[x]! += ring[row + x]!;
  }
}

/** The separable Gaussian, down the columns and then along the row; y is the last row of the band. */
function gaussianMeans(ring: Float64Array, columns: Float64Array, means: Float64Array, y: number) {
  const width = columns.length;
  const [w0, w1, w2, w3, w4, w5] = GAUSSIAN as [number, number, number, number, number, number];
  // the centre, y − 5, is at y + 7 of a ring of twelve
  const at = (distance: number): number => ((y + 7 + distance) % 12) * width;
  const [c, u1, u2, u3, u4, u5] = [at(0), at(-1), at(-2), at(-3), at(-4), at(-5)];
  const [d1, d2, d3, d4, d5] = [at(1), at(2), at(3), at(4), at(5)];
  for (let x = 0; x < width; x++) {
    columns[x] =
      w0 * ring[c + x]! +
      w1 * (ring[u1 + x]! + ring[d1 + x]!) +
      w2 * (ring[u2 + x]! + ring[d2 + x]!) +
      w3 * (ring[u3 + x]! + ring[d3 + x]!) +
      w4 * (ring[u4 + x]! + ring[d4 + x]!) +
      w5 * (ring[u5 + x]! + ring[d5 + x]!);
  }
  slideAlong(columns, means);
}

/** The row's Gaussian, its eleven pixels carried along in local variables: loads are what costs time. */
function slideAlong(columns: Float64Array, means: Float64Array): void {
  const [w0, w1, w2, w3, w4, w5] = GAUSSIAN as [number, number, number, number, number, number];
  let [a, b, c, d, e] = [columns[0]!, columns[1]!, columns[2]!, columns[3]!, columns[4]!];
  let [f, g, h, i, j] = [columns[5]!, columns[6]!, columns[7]!, columns[8]!, columns[9]!];
  for (let x = 0; x < means.length; x++) {
    const k = columns[x + 10]!;
    means[x] = w0 * f + w1 * (e + g) + w2 * (d + h) + w3 * (c + i) + w4 * (b + j) + w5 * (a + k);
    a = b;
    b = c;
    c = d;
    d = e;
    e = f;
    f = g;
    g = h;
    h = i;
    i = j;
    j = k;
  }
}
