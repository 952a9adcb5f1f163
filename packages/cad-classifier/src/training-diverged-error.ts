/** Why a training was stopped, and what is left of it. */
export interface Divergence {
  /** The step at which it was noticed. */
  readonly step: number;
  /** What was noticed. */
  readonly reason: string;
  /** The step whose weights the model now has: those of the best validation, else of the last checkpoint; absent where there is neither. */
  readonly keptStep?: number;
}

/** A training whose loss or weights ran away. The model has the last good weights. */
export class TrainingDivergedError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'TrainingDivergedError';
  /** The step at which it was stopped. */
  readonly step: number;
  /** The step whose weights the model has now; undefined where none were kept. */
  readonly keptStep: number | undefined;

  constructor({ step, reason, keptStep }: Divergence) {
    const kept = keptStep === undefined ? 'no weights' : `the weights of step ${keptStep}`;
    super(`trainCad: ${reason} at step ${step}; ${kept} were kept`);
    this.step = step;
    this.keptStep = keptStep;
  }
}
