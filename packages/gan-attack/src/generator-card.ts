import {
  checkWeightsDigest,
  decodeSafetensors,
  FIELD,
  type FieldCheck,
  fieldMust,
  fieldProblems,
  isFields,
  weightsDigest,
} from '@mammo/tfjs-safetensors';
import type { Generator } from './generator.ts';
import { checkGeneratorOptions, type GeneratorOptions } from './generator-options.ts';
import { loadGenerator } from './generator-weights.ts';
import type { AttackDirection } from './victim.ts';

/** What users of a generator must know; `card.json` beside its weights. */
export interface GeneratorCard {
  /** Version of this JSON. */
  readonly schemaVersion: 1;
  /** What the generator is called. */
  readonly name: string;
  /** Which images it takes, and what it does to them. */
  readonly direction: AttackDirection;
  /** Every image that it makes is a fake, and is to be marked as one. */
  readonly synthetic: true;
  /** With the weights it makes the network. */
  readonly architecture: GeneratorOptions;
  /** SHA-256 of the weights' file, 64 hexadecimal digits. */
  readonly weightsSha256: string;
  /** The classifier that it was trained against, and the pixels that both take. */
  readonly victim: {
    /** In words: enough to know which one. */
    readonly description: string;
    /** What the victim and the generator take. */
    readonly input: {
      /** Rows; the architecture's. */
      readonly height: number;
      /** Columns; the architecture's. */
      readonly width: number;
      /** Grey. */
      readonly channels: 1;
      /** Grey levels, black to white. */
      readonly range: readonly [0, 1];
      /** How they came to this size and side, in words. */
      readonly preprocessing: string;
    };
  };
  /** What the generator learned from. */
  readonly trainingData: {
    /** Name, source, version: enough to find it again. */
    readonly description: string;
    /** Whether the images were drawn by a program. */
    readonly synthetic: boolean;
    /** Training images with a cancer. */
    readonly positiveImages: number;
    /** Training images without one. */
    readonly negativeImages: number;
  };
  /** How it learned. */
  readonly training: {
    /** Of {@link ATTACKS}. */
    readonly method: 'u-net-gan' | 'cycle-gan';
    /** Named all that was random. */
    readonly seed: number;
    /** Steps until these weights. */
    readonly steps: number;
    /** k of the discriminator's gradient penalty; null where the method has none. */
    readonly penaltyWeight: number | null;
    /** On images of other patients; null where none were tried. */
    readonly validation: {
      /** As in {@link AttackValidation}: of the images that the victim had right, in [0, 1]. */
      readonly fooled: number;
      /** Loss_gen1 of all fakes, ≥ 0. */
      readonly lossGen1: number;
    } | null;
  };
  /** SPDX identifier, or words. */
  readonly licence: string;
  /** What the generator must not be used for, and where it is known to fail. */
  readonly limits: readonly string[];
  /** Says that its images are synthetic; shown wherever they are. */
  readonly notice: string;
}

/** What {@link createGeneratorCard} cannot know from the generator. */
export interface GeneratorCardFacts
  extends Pick<
    GeneratorCard,
    'name' | 'direction' | 'trainingData' | 'training' | 'licence' | 'limits'
  > {
  /** The classifier that it was trained against, in words. */
  readonly victim: string;
  /** How the pixels came to this size and side, in words. */
  readonly preprocessing: string;
}

const NOTICE =
  'Images made by this network are synthetic. For research on safety, not a medical device.';

/**
 * Writes a generator's card.
 *
 * @param weights - the file of `saveGenerator` that the card will lie beside
 * @throws RangeError listing everything that is wrong with the facts
 */
export async function createGeneratorCard(
  { options }: Pick<Generator, 'options'>,
  weights: Uint8Array,
  facts: GeneratorCardFacts,
): Promise<GeneratorCard> {
  const { name, direction, trainingData, training, licence, limits } = facts;
  const { height, width } = options;
  const input = { height, width, channels: 1, range: [0, 1], preprocessing: facts.preprocessing };
  const card = {
    schemaVersion: 1,
    name,
    direction,
    synthetic: true,
    architecture: options,
    weightsSha256: await weightsDigest(weights),
    victim: { description: facts.victim, input },
    trainingData,
    training,
    licence,
    limits,
    notice: NOTICE,
  };
  requireCard('createGeneratorCard', card);
  return card;
}

/** A generator and what its users must know. */
export interface CardedGenerator {
  /** Owned by the caller. */
  readonly generator: Generator;
  /** Checked against the weights. */
  readonly card: GeneratorCard;
}

/**
 * Reads a generator with its card, and makes sure that they belong together.
 *
 * @param weights - the file of `saveGenerator`
 * @param cardJson - the text of its card
 * @throws RangeError if the card is none, listing all its problems, the weights are not those of the card, or they say
 *   themselves that they are of another architecture or direction
 * @throws SafetensorsError if the weights are damaged
 */
export async function loadGeneratorWithCard(
  weights: Uint8Array,
  cardJson: string,
): Promise<CardedGenerator> {
  const card = parseGeneratorCard(cardJson);
  await checkWeightsDigest(weights, card.weightsSha256, { caller: 'loadGeneratorWithCard' });
  const { metadata } = decodeSafetensors(weights);
  requireSame('direction', card.direction, metadata.direction);
  const saved = metadata.options && (JSON.parse(metadata.options) as GeneratorOptions);
  if (saved) requireSame('architecture', describe(card.architecture), describe(saved));
  return { generator: loadGenerator(weights, card.architecture), card };
}

/**
 * Reads a generator's card from JSON.
 *
 * @throws RangeError if it is no JSON, or listing everything that is wrong with it
 */
export function parseGeneratorCard(json: string): GeneratorCard {
  let card: unknown;
  try {
    card = JSON.parse(json);
  } catch {
    throw new RangeError(
      `parseGeneratorCard: card must be JSON, got ${JSON.stringify(json.slice(0, 40))}`,
    );
  }
  requireCard('parseGeneratorCard', card);
  return card;
}

const { count, exactly, flag, notNegative, oneOf, positive, sha256, share, text, texts } = FIELD;

const nullOr = (what: string, fits: (value: unknown) => boolean): FieldCheck =>
  fieldMust(`${what} or null`, (value) => value === null || fits(value));

const CHECKS = {
  schemaVersion: exactly(1),
  name: text,
  direction: oneOf('remove', 'insert'),
  synthetic: exactly(true),
  architecture: {
    height: count,
    width: count,
    levels: count,
    channelMultiplier: positive,
    normalisation: oneOf('group', 'batch'),
    output: oneOf('image', 'delta'),
  },
  weightsSha256: sha256,
  trainingData: {
    description: text,
    synthetic: flag,
    positiveImages: count,
    negativeImages: count,
  },
  training: {
    method: oneOf('u-net-gan', 'cycle-gan'),
    seed: fieldMust('a whole number', Number.isSafeInteger),
    steps: count,
    penaltyWeight: nullOr('a number from 0 on', (value) => notNegative(value) === undefined),
    validation: nullOr(
      '{ fooled in [0, 1], lossGen1 from 0 on }',
      (value) => isFields(value) && fieldProblems(value, VALIDATION).length === 0,
    ),
  },
  licence: text,
  limits: texts,
  notice: text,
};
const VICTIM = { description: text };
const INPUT = {
  height: count,
  width: count,
  channels: exactly(1),
  range: exactly([0, 1]),
  preprocessing: text,
};
const VALIDATION = { fooled: share, lossGen1: notNegative };

/** Everything that is wrong with a card, each problem with the path of its value; empty if it is one. */
function cardProblems(card: unknown): string[] {
  if (!isFields(card)) return ['card must be an object, got none'];
  const problems = [
    ...fieldProblems(card, CHECKS),
    ...fieldProblems(card, { victim: VICTIM }),
    ...(isFields(card.victim) ? fieldProblems(card.victim, { input: INPUT }, 'victim.') : []),
  ];
  return problems.length > 0 ? problems : networkProblems(card as unknown as GeneratorCard);
}

/** The architecture is one, and takes the victim's images. */
function networkProblems({ architecture, victim: { input } }: GeneratorCard): string[] {
  try {
    checkGeneratorOptions('architecture', architecture);
  } catch (error) {
    return [(error as RangeError).message];
  }
  const sizeOf = ({ height, width }: { readonly height: number; readonly width: number }): string =>
    `${height}×${width}`;
  return sizeOf(input) === sizeOf(architecture)
    ? []
    : [
        `victim.input must have the architecture's size ${sizeOf(architecture)}, got ${sizeOf(input)}`,
      ];
}

function requireCard(caller: string, card: unknown): asserts card is GeneratorCard {
  const problems = cardProblems(card);
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}`);
}

/** Weights that do not say what they are, for example PyTorch's, are taken for what the card says. */
function requireSame(what: string, ofCard: string, ofWeights: string | undefined): void {
  if (ofWeights !== undefined && ofWeights !== ofCard) {
    throw new RangeError(
      `loadGeneratorWithCard: ${what} must be the weights' ${ofWeights}, got ${ofCard} in the card`,
    );
  }
}

function describe({
  height,
  width,
  levels,
  channelMultiplier,
  normalisation,
  output,
}: GeneratorOptions): string {
  return `${height}×${width}, ${levels} levels, width ${channelMultiplier}, ${normalisation} normalisation, output ${output}`;
}
