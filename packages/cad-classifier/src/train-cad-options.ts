import type { CaseLabel, ImageSet } from '@mammo/mammo-io';
import type * as tf from '@tensorflow/tfjs-core';
import type { CadSchedule } from './cad-schedule.ts';

/** The images that a classifier learns from. */
export interface CadImages {
  /** Images of both classes, of the model's size. */
  readonly training: ImageSet;
  /** Images of other patients, of both classes: they choose the weights. */
  readonly validation: ImageSet;
}

/** A class's images of one step, and when they are asked for. */
export interface AdversaryTurn {
  /** [N, H, W, 1] in [0, 1]; freed afterwards. */
  readonly images: tf.Tensor4D;
  /** The class of all of them. */
  readonly label: CaseLabel;
  /** Steps trained so far: what is random should be a function of it, and of the label. */
  readonly step: number;
}

/**
 * Changes images before a step learns from them.
 *
 * @returns images of the same shape and range, a new tensor: the training's
 */
export type Adversary = (turn: AdversaryTurn) => Promise<tf.Tensor4D>;

/** How {@link trainCad} runs. */
export interface TrainCadOptions {
  /** Default `cadSchedule('small')`. */
  readonly schedule?: CadSchedule;
  /** Names all that is random. */
  readonly seed: number;
  /** Validation images run at once; default 16. */
  readonly validationBatch?: number;
  /** Called after each step. */
  readonly onStep?: (progress: CadProgress) => void;
  /**
   * Changes the training images of each step, such as by an attack on the model as it is at that moment; labels stay.
   * Adversarial training minimises E max_{‖δ‖ ≤ ε} L(x + δ, y). Validation images are not changed.
   *
   * @see Madry et al. (2018), eq. 2.1, arXiv 1706.06083
   */
  readonly adversary?: Adversary;
  /** Steps between checkpoints; default 100. */
  readonly checkpointEvery?: number;
  /** Takes each checkpoint, a safetensors file; training waits for it. */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => Promise<void>;
  /** A checkpoint of a training with the same model, images, options and checkpoint interval, to be continued. */
  readonly resumeFrom?: Uint8Array;
  /** Ends the training after so many validations in a row without a better AUC; default: never before the schedule ends. */
  readonly patience?: number;
  /**
   * The training has diverged when the recent mean of the loss exceeds so many times that of its first 20 steps, or of a
   * classifier that knows nothing, if that is greater; default 10. A loss, a weight or a score that is not finite is a divergence in any case.
   */
  readonly divergenceFactor?: number;
  /** Ends the training between steps with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The losses of one step. */
export interface CadStepLosses {
  /** Equation (1). */
  readonly loss: number;
  /** FL(p_p) + FL(p_n). */
  readonly focal: number;
  /** GP(g_p, g_n). */
  readonly penalty: number;
}

/** What {@link TrainCadOptions.onStep} is told. */
export interface CadProgress extends CadStepLosses {
  /** The phase's name. */
  readonly phase: string;
  /** Steps trained so far. */
  readonly step: number;
  /** Steps of all phases. */
  readonly totalSteps: number;
  /** The validation that followed the step, if one did. */
  readonly validationAuc?: number;
  /** The best so far. */
  readonly bestAuc?: number;
}

/** A validation and the mean losses of the steps before it. */
export interface CadHistoryRow extends CadStepLosses {
  /** The step after which it was measured. */
  readonly step: number;
  /** AUC on the validation images. */
  readonly validationAuc: number;
}

/** A finished training. The model holds the weights with the best validation AUC. */
export interface CadTrainingResult {
  /** Steps trained. */
  readonly steps: number;
  /** The step whose weights were kept. */
  readonly bestStep: number;
  /** Its AUC on the validation images. */
  readonly bestAuc: number;
  /** Whether all of the schedule was run, or nothing better was found for {@link TrainCadOptions.patience}. */
  readonly endedBy: 'schedule' | 'patience';
  /** A row for each validation. */
  readonly history: readonly CadHistoryRow[];
}
