import { type CaseImage, type ImageSet, memoryImageSet, randomStream } from '@mammo/mammo-io';
import { type CadOptions, cadOptions } from '../src/index.ts';

/** A network that tfjs's cpu engine trains in milliseconds. */
export const TINY: CadOptions = cadOptions('small', {
  height: 16,
  width: 12,
  vggModules: 3,
  channelMultiplier: 1 / 16,
});

/** Noise, and on the positive half of the images a bright square of six pixels. */
export function squares(count: number, seed: number): ImageSet {
  const { height, width } = TINY;
  const images = Array.from({ length: count }, (_, index): CaseImage => {
    const label = index % 2 === 0 ? 'positive' : 'negative';
    const imageId = `${seed}-${index}`;
    return { imageId, patientId: imageId, laterality: 'L', view: 'CC', label };
  });
  const pixels = images.map(({ label }, index) => {
    const random = randomStream(seed, index);
    const [top, left] = [random.integer(height - 6), random.integer(width - 6)];
    return Uint16Array.from({ length: height * width }, (_, place) => {
      const [row, column] = [Math.floor(place / width) - top, (place % width) - left];
      const isInside = row >= 0 && row < 6 && column >= 0 && column < 6;
      return 20_000 * random.uniform() + (label === 'positive' && isInside ? 30_000 : 0);
    });
  });
  return memoryImageSet({ height, width, images, pixels });
}
