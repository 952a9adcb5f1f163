import { randomStream } from '@mammo/reader-study-stats';
import { gaussianBlur } from '../src/controls/gaussian-blur.ts';
import type { DetectorSample } from '../src/detectors/detector.ts';

/** A square image of smooth and fine noise, in [0, 1]; the fake lacks half of the fine noise. */
function texture(
  seed: number,
  options: { readonly size: number; readonly fake: boolean },
): Float32Array {
  const { size, fake } = options;
  const stream = randomStream(seed, 'texture');
  const noise = () => Float64Array.from({ length: size * size }, () => stream.normal());
  const smooth = gaussianBlur(noise(), { height: size, width: size, sigma: 3 });
  const fine = noise();
  const amount = fake ? 0.025 : 0.05;
  return smooth.map((value, i) => 0.5 + value + amount * fine[i]!);
}

/** Textures of as many patients, one each. */
export function textureSamples(
  name: string,
  count: number,
  options: { readonly size: number; readonly fake: boolean },
): readonly DetectorSample<Float32Array>[] {
  return Array.from({ length: count }, (_, i) => ({
    image: texture(Math.abs(hash(name)) + 1000 * i + (options.fake ? 1 : 0), options),
    patientId: `${name} ${i}`,
  }));
}

function hash(text: string): number {
  let value = 0;
  for (const letter of text) value = (Math.imul(value, 31) + letter.charCodeAt(0)) % 1e6;
  return value;
}
