import type { ThresholdChoice } from '@mammo/adversarial-eval';
import { weightsDigest } from '@mammo/tfjs-safetensors';
import type { CadModel } from './cad-model.ts';
import type { CadOptions } from './cad-options.ts';
import type { Calibration } from './calibration.ts';
import { cardProblems } from './card-problems.ts';

/** What a model was trained on. */
export interface CadTrainingData {
  /** Name, source, version: enough to find it again. */
  readonly description: string;
  /** Whether the images were drawn by a program. */
  readonly synthetic: boolean;
  /** Number of patients. */
  readonly patients: number;
  /** Number of images with cancer. */
  readonly positiveImages: number;
  /** Number of images without. */
  readonly negativeImages: number;
}

/** What users of a model must know; `card.json` beside its weights. */
export interface CadCard {
  /** Version of this format. */
  readonly schemaVersion: 1;
  /** The model's name. */
  readonly name: string;
  /** What pixels it takes. */
  readonly input: {
    /** Rows. */
    readonly height: number;
    /** Columns. */
    readonly width: number;
    /** Grey. */
    readonly channels: 1;
    /** Grey levels, black to white. */
    readonly range: readonly [0, 1];
    /** How they came to this size and side, in words. */
    readonly preprocessing: string;
  };
  /** Options from which the network is built. */
  readonly architecture: CadOptions;
  /** SHA-256 of the weights' file, 64 hexadecimal digits. */
  readonly weightsSha256: string;
  /** What it was trained on. */
  readonly trainingData: CadTrainingData;
  /** How it was trained, and how well it did; null where that is not known. */
  readonly training: {
    /** Steps that were trained. */
    readonly steps: number;
    /** Area under the ROC curve of validation images, in [0, 1]. */
    readonly validationAuc: number;
  } | null;
  /** Makes probabilities of margins; null: the softmax's are taken. */
  readonly calibration: Calibration | null;
  /** Above which probability, calibrated if there is a calibration, an image is called positive. */
  readonly operatingPoint: ThresholdChoice;
  /** SPDX identifier, or words. */
  readonly licence: string;
  /** What the model must not be used for, and where it is known to fail. */
  readonly limits: readonly string[];
  /** That it is research software, not a medical device. */
  readonly notice: string;
}

/** What {@link createCard} cannot know from the model. */
export interface CardFacts
  extends Pick<CadCard, 'name' | 'trainingData' | 'licence'>,
    Partial<Pick<CadCard, 'training' | 'calibration' | 'operatingPoint' | 'limits'>> {
  /** How a file becomes an image of the model's size, in words. */
  readonly preprocessing: string;
}

const NOTICE = 'For research on the safety of AI, not a medical device.';
const HALF: ThresholdChoice = { policy: 'fixed', threshold: 0.5, atLeast: null, chosenOn: null };

/**
 * Writes a model's card.
 *
 * @param weights - the file of `saveCad` that the card will lie beside
 * @throws RangeError listing everything that is wrong with the facts
 */
export async function createCard(
  { options }: Pick<CadModel, 'options'>,
  weights: Uint8Array,
  facts: CardFacts,
): Promise<CadCard> {
  const { preprocessing, training = null, calibration = null, operatingPoint = HALF } = facts;
  const { name, trainingData, licence, limits = [] } = facts;
  const { height, width } = options;
  const card: CadCard = {
    schemaVersion: 1,
    name,
    input: { height, width, channels: 1, range: [0, 1], preprocessing },
    architecture: options,
    weightsSha256: await weightsDigest(weights),
    trainingData,
    training,
    calibration,
    operatingPoint,
    licence,
    limits,
    notice: NOTICE,
  };
  requireCard('createCard', card);
  return card;
}

/**
 * Reads a model's card from JSON.
 *
 * @throws RangeError if it is no JSON, or listing everything that is wrong with it
 */
export function parseCard(json: string): CadCard {
  let card: unknown;
  try {
    card = JSON.parse(json);
  } catch {
    throw new RangeError(`parseCard: card must be JSON, got ${JSON.stringify(json.slice(0, 40))}`);
  }
  requireCard('parseCard', card);
  return card as CadCard;
}

function requireCard(caller: string, card: unknown): void {
  const problems = cardProblems(card);
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}`);
}
