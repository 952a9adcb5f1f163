import { checkPixels, type PixelArray, type PixelGeometry } from './pixels.ts';

/**
 * Window of local means: 'uniform-7' weighs 7×7 pixels equally, 'gaussian-11' is Wang's 11×11 Gaussian
 * with σ = 1.5. Both use positions where the window fits, and population variances.
 */
export type SsimWindow = 'uniform-7' | 'gaussian-11';

const WINDOWS: { readonly [name in SsimWindow]: readonly number[] } = {
  'uniform-7': normalised(new Array<number>(7).fill(1)),
  'gaussian-11': normalised(
    Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / (2 * 1.5 ** 2))),
  ),
};

/**
 * Mean structural similarity of two images, 1 where they are equal; C₁ = 0.01², C₂ = 0.03² on [0, 1].
 * Numbers of different windows must not be compared.
 *
 * @param real pixels in [0, maximum]
 * @param fake pixels of the same size
 * @param options geometry; window: default 'uniform-7' (as the study's reference program and, but for
 *   its sample variances, scikit-image)
 * @throws RangeError if sizes or maximum are wrong, or the image is smaller than the window
 * @see Wang, Bovik, Sheikh and Simoncelli 2004, IEEE Trans Image Process 13:600, doi 10.1109/TIP.2003.819861
 */
export function structuralSimilarity(
  real: PixelArray,
  fake: PixelArray,
  options: PixelGeometry & { readonly window?: SsimWindow },
): number {
  const { height, width, maximum, window = 'uniform-7' } = options;
  checkPixels('structuralSimilarity', options, real, fake);
  const weights = WINDOWS[window];
  const size = weights?.length ?? Number.POSITIVE_INFINITY;
  if (height < size || width < size) {
    throw new RangeError(
      `structuralSimilarity: images must be at least as large as the window ${window}, got ${height}x${width}`,
    );
  }
  const columns = new Float64Array(5 * width);
  let sum = 0;
  for (let top = 0; top + size <= height; top++) {
    columnMoments(columns, real, fake, { top, width, maximum, weights });
    for (let left = 0; left + size <= width; left++) sum += similarityAt(columns, left, weights);
  }
  return sum / ((height - size + 1) * (width - size + 1));
}

interface Band {
  readonly top: number;
  readonly width: number;
  readonly maximum: number;
  readonly weights: readonly number[];
}

/** Per column: weighted means of a, b, a², b², ab over the rows of the band. */
function columnMoments(
  columns: Float64Array,
  real: PixelArray,
  fake: PixelArray,
  { top, width, maximum, weights }: Band,
): void {
  columns.fill(0);
  weights.forEach((weight, k) => {
    const start = (top + k) * width;
    for (let x = 0; x < width; x++) {
      const a = real[start + x]! / maximum;
      const b = fake[start + x]! / maximum;
      const at = 5 * x;
      columns[at] = columns[at]! + weight * a;
      columns[at + 1] = columns[at + 1]! + weight * b;
      columns[at + 2] = columns[at + 2]! + weight * a * a;
      columns[at + 3] = columns[at + 3]! + weight * b * b;
      columns[at + 4] = columns[at + 4]! + weight * a * b;
    }
  });
}

function similarityAt(columns: Float64Array, left: number, weights: readonly number[]): number {
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k]!;
    const at = 5 * (left + k);
    a += weight * columns[at]!;
    b += weight * columns[at + 1]!;
    aa += weight * columns[at + 2]!;
    bb += weight * columns[at + 3]!;
    ab += weight * columns[at + 4]!;
  }
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  const luminance = (2 * a * b + c1) / (a * a + b * b + c1);
  return luminance * ((2 * (ab - a * b) + c2) / (aa - a * a + bb - b * b + c2));
}

function normalised(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
