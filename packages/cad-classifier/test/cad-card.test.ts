import { encodeSafetensors } from '@mammo/tfjs-safetensors';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type CadCard,
  type CadModel,
  type CardFacts,
  cadOptions,
  chooseThreshold,
  createCadModel,
  createCard,
  decide,
  fitIsotonic,
  loadCad,
  loadCadWithCard,
  parseCard,
  saveCad,
  score,
} from '../src/index.ts';
import { squares, TINY } from './tiny.ts';

const facts: CardFacts = {
  name: 'squares',
  preprocessing: 'drawn at this size',
  trainingData: {
    description: 'noise and squares',
    synthetic: true,
    patients: 8,
    positiveImages: 4,
    negativeImages: 4,
  },
  licence: 'CC0-1.0',
  limits: ['knows nothing of mammograms'],
};

async function withModel<T>(use: (model: CadModel, weights: Uint8Array) => Promise<T>): Promise<T> {
  const model = createCadModel(TINY, { seed: 1 });
  try {
    return await use(model, await saveCad(model));
  } finally {
    model.dispose();
  }
}

test('a model and its card belong together, and come back as they were', async () => {
  await withModel(async (model, weights) => {
    const card = await createCard(model, weights, {
      ...facts,
      training: { steps: 3, validationAuc: 0.5 },
    });
    expect(card).toMatchObject({
      input: { height: 16, width: 12, channels: 1, range: [0, 1] },
      architecture: TINY,
      operatingPoint: { policy: 'fixed', threshold: 0.5 },
      calibration: null,
      notice: 'For research on the safety of AI, not a medical device.',
    });
    const loaded = await loadCadWithCard(weights, JSON.stringify(card));
    expect(loaded.card).toEqual(card);
    const [ours, theirs] = [
      await score(model, squares(2, 1)),
      await score(loaded.model, squares(2, 1)),
    ];
    expect(theirs).toEqual(ours);
    loaded.model.dispose();
  });
});

test('weights of another card are refused', async () => {
  await withModel(async (model, weights) => {
    const card = await createCard(model, weights, facts);
    const other = await saveCad(model, { note: 'changed' });
    await expect(loadCadWithCard(other, JSON.stringify(card))).rejects.toThrow(
      /^loadCadWithCard: weights must have the SHA-256 [0-9a-f]{64} of their card, got [0-9a-f]{64}$/,
    );
  });
});

test('decides by the calibrated probability and the threshold of the card', async () => {
  await withModel(async (model, weights) => {
    const margins = [-2, -1, 1, 2];
    const labels = ['negative', 'positive', 'negative', 'positive'] as const;
    const operatingPoint = chooseThreshold({
      policy: 'specificity',
      atLeast: 1,
      reference: { scores: [0.1, 0.9], labels: ['negative', 'positive'] },
    });
    const calibration = fitIsotonic({ margins, labels });
    const card = await createCard(model, weights, { ...facts, calibration, operatingPoint });
    const scores = {
      logits: Float32Array.of(1, 0, 3, 0, -5, 0),
      probabilities: Float32Array.of(0.9, 0.9, 0.9),
    };
    expect(decide(card, scores)).toEqual([
      { margin: 1, probability: 0.5, positive: false },
      { margin: 3, probability: 1, positive: true },
      { margin: -5, probability: 0, positive: false },
    ]);
    expect(decide({ ...card, calibration: null }, scores).map(({ positive }) => positive)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('a card that is none', () => {
  let good: CadCard;
  beforeAll(async () => {
    good = await withModel((model, weights) => createCard(model, weights, facts));
  });

  test.each<[string, (card: CadCard) => unknown, string]>([
    ['an array', () => [], 'parseCard: card must be an object, got none'],
    [
      'another version',
      (card) => ({ ...card, schemaVersion: 2 }),
      'parseCard: schemaVersion must be 1, got 2',
    ],
    [
      'no licence',
      (card) => ({ ...card, licence: undefined }),
      'parseCard: licence must be words, got nothing',
    ],
    [
      'no data',
      (card) => ({ ...card, trainingData: null }),
      'parseCard: trainingData must be an object, got null',
    ],
    [
      'many problems at once',
      (card) => ({
        ...card,
        name: '',
        weightsSha256: 'abc',
        input: { ...card.input, range: [0, 255] },
      }),
      'parseCard: name must be words, got ""; weightsSha256 must be 64 hexadecimal digits, got "abc"; input.range must be [0,1], got [0,255]',
    ],
    [
      'sizes that differ',
      (card) => ({ ...card, input: { ...card.input, height: 32 } }),
      "parseCard: input must have the architecture's size 16×12, got 32×12",
    ],
    [
      'a training',
      (card) => ({ ...card, training: { steps: -1, validationAuc: 2 } }),
      'parseCard: training.steps must be a whole number from 0 on, got -1; training.validationAuc must be in [0, 1], got 2',
    ],
    [
      'a temperature',
      (card) => ({
        ...card,
        calibration: {
          method: 'temperature',
          temperature: 0,
          fittedOn: { positives: 1, negatives: 1 },
        },
      }),
      'parseCard: calibration.temperature must be a positive number, got 0',
    ],
    [
      'a curve that falls',
      (card) => ({
        ...card,
        calibration: { method: 'isotonic', margins: [1, 1], probabilities: [1, 0], fittedOn: {} },
      }),
      'parseCard: calibration.margins must be a list of rising numbers, got [1,1]; calibration.probabilities must be a list of not falling numbers, got [1,0]; ' +
        'calibration.fittedOn.positives must be a whole number from 0 on, got nothing; calibration.fittedOn.negatives must be a whole number from 0 on, got nothing',
    ],
    [
      'a curve of no probabilities',
      (card) => ({
        ...card,
        calibration: {
          method: 'isotonic',
          margins: [1],
          probabilities: [0, 2],
          fittedOn: { positives: 1, negatives: 1 },
        },
      }),
      'parseCard: calibration.probabilities must be 1, got 2; calibration.probabilities must lie in [0, 1]',
    ],
    [
      'another method',
      (card) => ({ ...card, calibration: { method: 'platt' } }),
      'parseCard: calibration.method must be temperature or isotonic, got "platt"',
    ],
    [
      'a policy',
      (card) => ({ ...card, operatingPoint: { policy: 'best', threshold: null } }),
      'parseCard: operatingPoint.policy must be fixed or youden or specificity or sensitivity, got "best"; operatingPoint.threshold must be a number, got null',
    ],
  ])('%s', (_, change, message) => {
    expect(() => parseCard(JSON.stringify(change(good)))).toThrow(new RangeError(message));
  });

  test('no JSON', () => {
    expect(() => parseCard('# card')).toThrow(
      new RangeError('parseCard: card must be JSON, got "# card"'),
    );
  });

  test('is not written', async () => {
    await withModel(async (model, weights) => {
      await expect(createCard(model, weights, { ...facts, licence: ' ' })).rejects.toThrow(
        new RangeError('createCard: licence must be words, got " "'),
      );
    });
  });
});

test('weights of another architecture are refused, naming what was expected and what is there', async () => {
  await withModel(async (_, weights) => {
    expect(() => loadCad(weights, 'paper-low')).toThrow(
      new RangeError(
        "loadCad: the file's network is another one: vggModules must be 21, got 3; channelMultiplier must be 1, got 0.0625",
      ),
    );
    loadCad(weights, { ...TINY, height: 32, width: 32 }).dispose(); // another size is no other network
    const unnamed = encodeSafetensors({});
    expect(() => loadCad(unnamed, cadOptions('small'))).toThrow(/vnet.0.weight is missing/);
  });
});
