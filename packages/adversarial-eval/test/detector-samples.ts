import type { DetectorSample } from '../src/detectors/detector.ts';
import type { PixelArray } from '../src/fidelity/pixels.ts';
import { textureSamples } from './textures.ts';

/** Textures to learn from and to be tried on; fakes are smoother. */
export const size = 32;
export const geometry: { height: number; width: number; maximum: number } = {
  height: size,
  width: size,
  maximum: 1,
};
export const learned: {
  readonly real: readonly DetectorSample<Float32Array>[];
  readonly fakes: readonly DetectorSample<Float32Array>[];
} = {
  real: textureSamples('fit', 40, { size, fake: false }),
  fakes: textureSamples('fit fakes', 40, { size, fake: true }),
};
export const evaluated: readonly DetectorSample<Float32Array>[] = [
  ...textureSamples('new', 40, { size, fake: false }),
  ...textureSamples('new fakes', 40, { size, fake: true }),
];

/** Energy of the differences to the right neighbour and to the second one: two layers of two features. */
export const layers = (image: PixelArray): number[][] =>
  [1, 2].map((step) => {
    const differences = Array.from(image.subarray(step), (value, i) => value - image[i]!);
    const energy = differences.reduce((sum, d) => sum + d * d, 0) / differences.length;
    const size = differences.reduce((sum, d) => sum + Math.abs(d), 0) / differences.length;
    return [energy, size];
  });
