import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { type CaseLabel, memoryImageSet } from '@mammo/mammo-io';
import { loadBatch } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cadOptions, createCadModel, loadCad, score, scoreBatch } from '../src/index.ts';
import { difference } from './classifier-fixture.ts';
import { squares, TINY } from './tiny.ts';

test('all images are scored whatever the batch, in their order', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const set = squares(5, 1);
  const seen: number[] = [];
  const { numTensors } = tf.memory();
  const inTwos = await score(model, set, { batch: 2, onProgress: (done) => seen.push(done) });
  expect(tf.memory().numTensors).toBe(numTensors);
  const atOnce = await score(model, set);
  expect(seen).toEqual([2, 4, 5]);
  expect(difference(inTwos.logits, atOnce.logits)).toBeLessThan(1e-5);
  const batch = await scoreBatch(model, await loadBatch(set, [3, 0]));
  const expected = [atOnce.probabilities[3]!, atOnce.probabilities[0]!];
  expect(difference(batch, expected)).toBeLessThan(1e-5);
  model.dispose();
});

test('the probability is the softmax of the logits, cancer first', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const { logits, probabilities } = await score(model, squares(2, 2));
  const margin = logits[0]! - logits[1]!;
  expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(-margin)), 5);
  model.dispose();
});

test('refuses a batch that is none, images of another size, and goes on no longer than it may', async () => {
  const model = createCadModel(TINY, { seed: 1 });
  const set = squares(2, 1);
  await expect(score(model, set, { batch: 0 })).rejects.toThrow(
    new RangeError('score: batch must be a positive integer, got 0'),
  );
  await expect(score(model, { ...set, width: 16, height: 12 })).rejects.toThrow(
    new RangeError('features: images must have shape [batch, 16, 12, 3], got [2,12,16,3]'),
  );
  const reason = new Error('enough');
  await expect(score(model, set, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  model.dispose();
});

const data =
  process.env.MAMMO_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const weights = `${data}/../reference/weights/cad_D.safetensors`;
const absence = existsSync(weights) ? '' : ' (skipped: ../shared/reference absent)';

interface GoldenScores {
  readonly height: number;
  readonly width: number;
  readonly labels: readonly CaseLabel[];
  readonly pixels: string;
  readonly logits: readonly (readonly number[])[];
  readonly probabilities: readonly number[];
}

describe.skipIf(absence !== '')(`the reference's trained weights${absence}`, () => {
  test('score four phantom images as PyTorch does', { timeout: 60_000 }, async () => {
    const golden = JSON.parse(
      readFileSync(new URL('fixtures/data.json', import.meta.url), 'utf8'),
    ) as GoldenScores;
    const { height, width, labels } = golden;
    const bytes = Uint8Array.from(inflateSync(Buffer.from(golden.pixels, 'base64')));
    const all = new Uint16Array(bytes.buffer);
    const size = height * width;
    const set = memoryImageSet({
      height,
      width,
      images: labels.map((label, index) => ({
        imageId: `${index}`,
        patientId: `${index}`,
        laterality: 'L',
        view: 'CC',
        label,
      })),
      pixels: labels.map((_, index) => all.slice(index * size, (index + 1) * size)),
    });
    const model = loadCad(readFileSync(weights), cadOptions('small'));
    const { logits, probabilities } = await score(model, set);
    expect(difference(logits, golden.logits.flat())).toBeLessThan(1e-4);
    expect(difference(probabilities, golden.probabilities)).toBeLessThan(1e-4);
    model.dispose();
  });
});

describe('input', () => {
  const greyOf = (...values: number[]): tf.Tensor4D => {
    const pixels = new Float32Array(TINY.height * TINY.width).fill(0.25);
    pixels.set(values);
    return tf.tensor4d(pixels, [1, TINY.height, TINY.width, 1]);
  };

  test.each<[string, number[], string]>([
    ['NaN', [Number.NaN], 'score: pixels must be finite, got a mean of NaN in image 0'],
    [
      'infinite',
      [Number.POSITIVE_INFINITY],
      'score: pixels must be finite, got a mean of Infinity in image 0',
    ],
    ['0 to 255', [255], 'score: pixels must lie in [0, 1], got 0.25 to 255 in image 0'],
    ['normalised', [-2, 1], 'score: pixels must lie in [0, 1], got -2 to 1 in image 0'],
  ])('%s is refused', async (_, values, message) => {
    const model = createCadModel(TINY, { seed: 1 });
    await expect(scoreBatch(model, greyOf(...values))).rejects.toThrow(new RangeError(message));
    model.dispose();
  });

  test.each([
    [[1, TINY.height, TINY.width, 3]],
    [[TINY.height, TINY.width, 1]],
    [[0, TINY.height, TINY.width, 1]],
  ])('images of shape %j are refused', async (shape) => {
    const model = createCadModel(TINY, { seed: 1 });
    await expect(scoreBatch(model, tf.zeros<tf.Rank>(shape) as tf.Tensor4D)).rejects.toThrow(
      new RangeError(
        `score: images must have shape [N, ${TINY.height}, ${TINY.width}, 1] with N from 1 on, got [${shape}]`,
      ),
    );
    model.dispose();
  });

  test('what is odd is told once, whatever the batch', async () => {
    const model = createCadModel(TINY, { seed: 1 });
    const base = squares(6, 1);
    const set = {
      ...base,
      pixels: async (index: number) => {
        const pixels = await base.pixels(index);
        if (index === 1 || index === 4) return pixels.map((level) => level >> 4);
        if (index === 2) return pixels.map(() => 7);
        return index === 3 ? pixels.map((level) => 65535 - (level >> 1)) : pixels;
      },
    };
    for (const batch of [1, 4, 16]) {
      expect((await score(model, set, { batch })).warnings).toEqual([
        '1 of 6 images, the first at index 2: all pixels have one value',
        '2 of 6 images, the first at index 1: no pixel exceeds 4095 of 65535: 12-bit values that were not scaled?',
        '1 of 6 images, the first at index 3: most of the image is white: MONOCHROME1 that was not inverted?',
      ]);
    }
    expect((await score(model, base)).warnings).toEqual([]);
    model.dispose();
  });

  test('an image that cannot be read ends the work, and nothing is left behind', async () => {
    const model = createCadModel(TINY, { seed: 1 });
    const base = squares(6, 1);
    const { numTensors } = tf.memory();
    for (const bad of [0, 2, 5]) {
      const pixels = async (index: number) => {
        if (index === bad) throw new Error(`no image ${bad}`);
        return base.pixels(index);
      };
      await expect(score(model, { ...base, pixels }, { batch: 2 })).rejects.toThrow(
        `no image ${bad}`,
      );
    }
    expect(tf.memory().numTensors).toBe(numTensors);
    model.dispose();
  });
});
