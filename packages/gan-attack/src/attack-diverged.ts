/** What {@link AttackDivergedError} knows of a training that went astray. */
export interface AttackDivergence {
  /** The step in which it was noticed. */
  readonly step: number;
  /** The loss or the weight that left its bounds. */
  readonly quantity: string;
  /** NaN, infinite, or beyond the limit of the options. */
  readonly value: number;
  /** The last checkpoint before it, a file for `resumeFrom`; only where there is an `onCheckpoint`. */
  readonly lastCheckpoint?: Uint8Array;
  /** The generator that was the best until then, a file for `loadGenerator`; absent where none was validated. */
  readonly bestGenerator?: Uint8Array;
}

/** A training stopped itself because a loss or a weight was no longer finite, or the fakes left their sources behind. */
export class AttackDivergedError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name: string = 'AttackDivergedError';
  /** What happened, and what can be saved of the training. */
  readonly divergence: AttackDivergence;

  constructor(message: string, divergence: AttackDivergence, caller: string = 'trainAttack') {
    super(`${caller}: ${message}`);
    this.divergence = divergence;
  }
}
