import type { ImageSet } from '@mammo/mammo-io';
import type { PenaltyOptions } from './attack-gradients.ts';
import type { AttackHistoryRow, AttackLosses, ChosenGenerator } from './attack-position.ts';
import type { AttackSchedule } from './attack-schedule.ts';
import type { AttackStageName } from './attack-stage.ts';
import type { AttackValidation } from './attack-validation.ts';
import type { Generator } from './generator.ts';
import type { GeneratorOptions, GeneratorPreset } from './generator-options.ts';
import type { ImageAttack } from './image-attack.ts';
import type { AttackDirection, Backbone, Victim } from './victim.ts';

/** The images that an attack is trained on. */
export interface AttackCohort {
  /** Images of both classes, of the generator's size. */
  readonly training: ImageSet;
  /** Images of other patients, of both classes. */
  readonly validation: ImageSet;
}

/** How an attack is trained. */
export interface TrainAttackOptions {
  /** `'remove'` makes positive images look negative, `'insert'` negative ones positive. */
  readonly direction: AttackDirection;
  /** The classifier to be fooled: its scores choose the generator, its backbone becomes the discriminator. */
  readonly victim: Victim;
  /**
   * The network that the discriminator copies in place of the victim's backbone, for a victim that only gives scores: the
   * attack is then a black-box one.
   */
  readonly surrogate?: Backbone;
  /** No patient may be in both parts. */
  readonly cohort: AttackCohort;
  /** Sizes of the generator, or the name of a preset. */
  readonly generator: GeneratorPreset | GeneratorOptions;
  /** By default `attackSchedule('small')` for the generator's output and the direction. */
  readonly schedule?: AttackSchedule;
  /** Names all that is random. */
  readonly seed: number;
  /** The gradient penalty (6); by default o = 4 and k = 10 · (height/1728)⁴, which is the paper's 10 at its height. k = 0 leaves it out,
   * with its second derivatives. */
  readonly penalty?: PenaltyOptions;
  /** Whether Loss_dis has the term | −s(x) − 1 |; by default it has. */
  readonly stabiliser?: boolean;
  /** At most so many validation images of each class are used, drawn at random; by default 128. */
  readonly validationImages?: number;
  /** Validation images run at once; by default 32. */
  readonly validationBatch?: number;
  /**
   * How sure the victim must be of a fake for it to count fully in `confidentlyFooled`: this share of its median log
   * odds on real images of the target class that it gets right. By default 0.5; 0 counts every fooled image fully.
   */
  readonly confidence?: number;
  /** A Loss_gen1 above this is taken for a training that diverges, which ends it; by default 10. */
  readonly divergenceLimit?: number;
  /** Score of a validated generator, the greatest of which is chosen; by default `selectionScore`. */
  readonly select?: (validation: AttackValidation) => number;
  /** Called after each step. */
  readonly onStep?: (progress: AttackProgress) => void;
  /** Gets the generator, not to keep, when its reconstruct stage ends: it is then a copier that has seen no victim. */
  readonly onReconstructed?: (generator: Generator) => Promise<void>;
  /** Steps between checkpoints; by default 100. */
  readonly checkpointEvery?: number;
  /** Takes each checkpoint, a safetensors file; training waits for it. */
  readonly onCheckpoint?: (checkpoint: Uint8Array) => Promise<void>;
  /** A checkpoint of a training with the same cohort, options and checkpoint interval, to be continued. */
  readonly resumeFrom?: Uint8Array;
  /** Ends the training between steps with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What {@link TrainAttackOptions.onStep} is told. */
export interface AttackProgress extends AttackLosses {
  /** The stage that the step belongs to. */
  readonly stage: AttackStageName;
  /** Steps of the stage so far. */
  readonly stageStep: number;
  /** Steps trained so far. */
  readonly step: number;
  /** The validation that followed the step, if one did. */
  readonly validation?: AttackValidation;
  /** The best generator so far, if one was validated. */
  readonly chosen?: ChosenGenerator;
}

/** A trained attack. */
export interface AttackTrainingResult {
  /** What the generator does to images. */
  readonly direction: AttackDirection;
  /** The chosen generator, or the last one if none was validated in an adversarial stage; owned by the caller. */
  readonly generator: Generator;
  /** The generator under the interface of all attacks; good until the generator is disposed of. */
  readonly attack: ImageAttack['attack'];
  /** When and why the generator was chosen. */
  readonly chosen?: ChosenGenerator;
  /** Steps trained. */
  readonly steps: number;
  /** What ended the training: its last step, or a stop rule in its last stage or for all of it. */
  readonly endedBy: 'last step' | 'stop rule';
  /** One row after every `validateEvery` steps of the schedule, and at the end of each stage. */
  readonly history: readonly AttackHistoryRow[];
}
