import { join } from 'node:path';
import { chooseThreshold, type ThresholdChoice } from '@mammo/adversarial-eval';
import { jsonText, writeWhole } from '@mammo/command-line';
import type { FitPolicy, ImageSet } from '@mammo/mammo-io';
import { type CadCard, createCard } from '../cad-card.ts';
import type { CadModel } from '../cad-model.ts';
import { saveCad } from '../cad-weights.ts';
import { type Calibration, calibrate, fitCalibration, marginsOf } from '../calibration.ts';
import { score } from '../score.ts';
import type { CadTrainingResult } from '../train-cad-options.ts';
import { preprocessingWords } from './open-model.ts';

/** What `--threshold` may be. */
export const OPERATING_POINTS = [
  'half',
  'youden',
  'specificity-90',
  'specificity-95',
  'sensitivity-90',
] as const;

/** What a trained model is finished with. */
export interface FinishOptions {
  readonly out: string;
  readonly policy: FitPolicy;
  readonly threshold: (typeof OPERATING_POINTS)[number];
  readonly calibration: Calibration['method'] | 'none';
  readonly training: ImageSet;
  /** Whether images were drawn by a program. */
  readonly synthetic: boolean;
  readonly trained: Omit<CadTrainingResult, 'history'>;
  readonly words: {
    readonly name?: string | undefined;
    readonly data?: string | undefined;
    readonly licence?: string | undefined;
  };
}

/** Calibrates a model and chooses its threshold on validation images, and writes its weights and card. */
export async function finishModel(
  model: CadModel,
  validation: ImageSet,
  options: FinishOptions,
): Promise<{ readonly card: CadCard; readonly messages: readonly string[] }> {
  const { out, policy, threshold, training, trained, words } = options;
  const { logits, probabilities, warnings } = await score(model, validation);
  const margins = marginsOf(logits);
  const labels = validation.images.map(({ label }) => label);
  const { calibration, messages } = calibrationOf(options.calibration, { margins, labels });
  const scores = calibration ? calibrate(calibration, margins) : Array.from(probabilities);
  const weights = await saveCad(model);
  const positiveImages = training.images.filter(({ label }) => label === 'positive').length;
  const card = await createCard(model, weights, {
    name: words.name ?? 'unnamed',
    preprocessing: preprocessingWords(policy),
    trainingData: {
      description: words.data ?? 'not described',
      synthetic: options.synthetic,
      patients: new Set(training.images.map(({ patientId }) => patientId)).size,
      positiveImages,
      negativeImages: training.images.length - positiveImages,
    },
    training: { steps: trained.steps, validationAuc: trained.bestAuc },
    calibration,
    operatingPoint: operatingPointOf(threshold, { scores, labels }),
    licence: words.licence ?? 'not stated',
    limits: [
      'Calibration and threshold hold for images like those of its validation patients only.',
    ],
  });
  await writeWhole(join(out, 'cad.safetensors'), weights);
  await writeWhole(join(out, 'card.json'), jsonText(card));
  return { card, messages: [...warnings.map((warning) => `warning: ${warning}`), ...messages] };
}

function calibrationOf(
  method: FinishOptions['calibration'],
  sample: Parameters<typeof fitCalibration>[1],
): { readonly calibration: Calibration | null; readonly messages: readonly string[] } {
  if (method === 'none') return { calibration: null, messages: [] };
  try {
    return { calibration: fitCalibration(method, sample), messages: [] };
  } catch (error) {
    return { calibration: null, messages: [`not calibrated: ${(error as Error).message}`] };
  }
}

function operatingPointOf(
  name: FinishOptions['threshold'],
  reference: {
    readonly scores: readonly number[];
    readonly labels: readonly ('positive' | 'negative')[];
  },
): ThresholdChoice {
  if (name === 'half') return chooseThreshold({ policy: 'fixed', threshold: 0.5 });
  if (name === 'youden') return chooseThreshold({ policy: 'youden', reference });
  const [policy, percent] = name.split('-') as ['specificity' | 'sensitivity', string];
  return chooseThreshold({ policy, atLeast: Number(percent) / 100, reference });
}
