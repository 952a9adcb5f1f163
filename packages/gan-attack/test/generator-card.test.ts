import { describe, expect, test } from 'vitest';
import {
  createGenerator,
  createGeneratorCard,
  type Generator,
  type GeneratorCard,
  type GeneratorCardFacts,
  generatorOptions,
  loadGeneratorWithCard,
  parseGeneratorCard,
  saveGenerator,
} from '../src/index.ts';

const SIZES = generatorOptions('small', { height: 16, width: 8, levels: 2 });
const FACTS: GeneratorCardFacts = {
  name: 'toy',
  direction: 'insert',
  victim: 'a toy classifier',
  preprocessing: 'drawn at this size',
  trainingData: {
    description: 'toy images',
    synthetic: true,
    positiveImages: 4,
    negativeImages: 5,
  },
  training: { method: 'u-net-gan', seed: 1, steps: 0, penaltyWeight: 10, validation: null },
  licence: 'CC0-1.0',
  limits: ['knows nothing of mammograms'],
};

async function withGenerator<T>(
  use: (generator: Generator, weights: Uint8Array) => Promise<T>,
): Promise<T> {
  const generator = createGenerator(SIZES, { seed: 1 });
  try {
    return await use(generator, await saveGenerator(generator, { direction: 'insert' }));
  } finally {
    generator.dispose();
  }
}

const withCard = <T>(use: (card: GeneratorCard, weights: Uint8Array) => Promise<T>): Promise<T> =>
  withGenerator(async (generator, weights) =>
    use(await createGeneratorCard(generator, weights, FACTS), weights),
  );

describe('a generator with a card', () => {
  test('comes back with it, as it was', async () => {
    await withCard(async (card, weights) => {
      expect(card).toMatchObject({
        synthetic: true,
        direction: 'insert',
        architecture: SIZES,
        victim: { description: 'a toy classifier', input: { height: 16, width: 8, range: [0, 1] } },
        notice: expect.stringContaining('synthetic'),
      });
      const loaded = await loadGeneratorWithCard(weights, JSON.stringify(card));
      expect(loaded.card).toEqual(card);
      expect(await saveGenerator(loaded.generator, { direction: 'insert' })).toEqual(weights);
      loaded.generator.dispose();
    });
  });

  test('is refused with weights of another card', async () => {
    await withCard(async (card, weights) => {
      const other = Uint8Array.from(weights);
      other[other.length - 1] = (other.at(-1) ?? 0) ^ 1;
      await expect(loadGeneratorWithCard(other, JSON.stringify(card))).rejects.toThrow(
        /^loadGeneratorWithCard: weights must have the SHA-256 [0-9a-f]{64} of their card, got [0-9a-f]{64}$/,
      );
    });
  });

  test.each<[string, (card: GeneratorCard) => object, string]>([
    [
      'another output, which the weights fit too',
      (card) => ({ ...card, architecture: { ...card.architecture, output: 'image' } }),
      "loadGeneratorWithCard: architecture must be the weights' 16×8, 2 levels, width 0.125, group normalisation, output delta, got 16×8, 2 levels, width 0.125, group normalisation, output image in the card",
    ],
    [
      'another direction',
      (card) => ({ ...card, direction: 'remove' }),
      "loadGeneratorWithCard: direction must be the weights' insert, got remove in the card",
    ],
  ])('is refused with %s', async (_, change, message) => {
    await withCard(async (card, weights) => {
      await expect(loadGeneratorWithCard(weights, JSON.stringify(change(card)))).rejects.toThrow(
        new RangeError(message),
      );
    });
  });
});

describe('a card that is none', () => {
  test.each<[string, (card: GeneratorCard) => unknown, string]>([
    ['a list', () => [], 'card must be an object, got none'],
    [
      'a card without the mark',
      (card) => ({ ...card, synthetic: false }),
      'synthetic must be true, got false',
    ],
    [
      'many problems',
      (card) => ({
        ...card,
        licence: '',
        training: { ...card.training, penaltyWeight: -1, validation: { fooled: 2, lossGen1: 0 } },
        victim: { ...card.victim, input: { ...card.victim.input, range: [0, 255] } },
      }),
      'training.penaltyWeight must be a number from 0 on or null, got -1; training.validation must be { fooled in [0, 1], lossGen1 from 0 on } or null, got {"fooled":2,"lossGen1":0}; licence must be words, got ""; victim.input.range must be [0,1], got [0,255]',
    ],
    [
      'an architecture that cannot be built',
      (card) => ({ ...card, architecture: { ...card.architecture, levels: 9 } }),
      'architecture: levels must be an integer from 1 to 5, got 9',
    ],
    [
      'a victim of another size',
      (card) => ({
        ...card,
        victim: { ...card.victim, input: { ...card.victim.input, height: 32 } },
      }),
      "victim.input must have the architecture's size 16×8, got 32×8",
    ],
    ['no victim', (card) => ({ ...card, victim: null }), 'victim must be an object, got null'],
  ])('%s is refused', async (_, change, message) => {
    await withCard(async (card) => {
      expect(() => parseGeneratorCard(JSON.stringify(change(card)))).toThrow(
        new RangeError(`parseGeneratorCard: ${message}`),
      );
    });
  });

  test('words are refused', () => {
    expect(() => parseGeneratorCard('card')).toThrow(
      new RangeError('parseGeneratorCard: card must be JSON, got "card"'),
    );
  });

  test('facts that are wrong are not written', async () => {
    await withGenerator(async (generator, weights) => {
      await expect(
        createGeneratorCard(generator, weights, { ...FACTS, name: ' ', licence: '' }),
      ).rejects.toThrow(
        'createGeneratorCard: name must be words, got " "; licence must be words, got ""',
      );
    });
  });
});
