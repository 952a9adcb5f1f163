import type { PixelArray } from '../fidelity/pixels.ts';
import { buildDetector } from './build-detector.ts';
import type { Detector } from './detector.ts';

/**
 * A detector from a function of your own that scores an image, higher for what looks more like a fake,
 * and has learned already whatever it knows. `fit` only counts patients, so that none of them is scored:
 * give it those that the function learned from.
 *
 * @param name what it is known by when it is saved
 * @throws RangeError if the name is empty; `score`, if a score is not finite
 * @example
 * ```ts
 * const detector = functionDetector('mean grey', (image: Float32Array) => image.reduce((a, b) => a + b) / image.length);
 * ```
 */
export function functionDetector<Image = PixelArray>(
  name: string,
  score: (image: Image) => number | Promise<number>,
): Detector<Image> {
  if (name === '') throw new RangeError('functionDetector: name must not be empty, got ""');
  return buildDetector<Image, null>({
    kind: `function: ${name}`,
    settings: {},
    fakes: 'optional',
    async learn(real, fakes) {
      await goThrough(real);
      if (fakes) await goThrough(fakes);
      return { learned: null, warnings: [] };
    },
    problems: (learned) => (learned === null ? [] : ['learned must be null']),
    scorer: () => score,
  });
}

async function goThrough(samples: AsyncIterable<unknown>): Promise<void> {
  const iterator = samples[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
