import { checkWeightsDigest } from '@mammo/tfjs-safetensors';
import { type CadCard, parseCard } from './cad-card.ts';
import type { CadModel } from './cad-model.ts';
import { loadCad } from './cad-weights.ts';
import { calibrate, marginsOf } from './calibration.ts';
import type { CadScores } from './score.ts';

/** A model and what its users must know. */
export interface CardedCad {
  /** Owned by the caller. */
  readonly model: CadModel;
  /** What is known of the model. */
  readonly card: CadCard;
}

/**
 * Reads a model with its card, and makes sure that they belong together.
 *
 * @param weights - the file of `saveCad`
 * @param cardJson - the text of its card
 * @throws RangeError if the card is none, listing all its problems, or the weights are not those of the card
 * @throws SafetensorsError if the weights are damaged
 */
export async function loadCadWithCard(weights: Uint8Array, cardJson: string): Promise<CardedCad> {
  const card = parseCard(cardJson);
  await checkWeightsDigest(weights, card.weightsSha256, { caller: 'loadCadWithCard' });
  return { model: loadCad(weights, card.architecture), card };
}

/** What a model with a card says of an image. */
export interface CadDecision {
  /** z₀ − z₁. */
  readonly margin: number;
  /** p(cancer): calibrated where the card has a calibration. */
  readonly probability: number;
  /** Whether the probability is above the card's threshold. */
  readonly positive: boolean;
}

/**
 * What the card makes of scores: calibrated probabilities, and what is above the threshold.
 *
 * @example
 * ```ts
 * const operatingPoint = chooseThreshold({ policy: 'fixed', threshold: 0.5 });
 * const scores = { logits: Float32Array.of(2, 0), probabilities: Float32Array.of(0.875) };
 * decide({ calibration: null, operatingPoint }, scores); // => [{ margin: 2, probability: 0.875, positive: true }]
 * ```
 */
export function decide(
  { calibration, operatingPoint }: Pick<CadCard, 'calibration' | 'operatingPoint'>,
  { logits, probabilities }: Pick<CadScores, 'logits' | 'probabilities'>,
): CadDecision[] {
  const margins = marginsOf(logits);
  const calibrated = calibration ? calibrate(calibration, margins) : Array.from(probabilities);
  return margins.map((margin, i) => {
    const probability = calibrated[i]!;
    return { margin, probability, positive: probability > operatingPoint.threshold };
  });
}
