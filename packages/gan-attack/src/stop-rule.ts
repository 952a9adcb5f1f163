/** A rule that ends a stage before its last step. */
export type StopRule =
  /** The mean Loss_gen1 of the last training batches is below a bound: the paper's rule of the reconstruction, 0.002. */
  | {
      /** Of the stage 'reconstruct'. */
      readonly kind: 'reconstructed';
      /** The bound, not reached. */
      readonly lossGen1: number;
      /** Steps that the mean is over; with fewer the stage goes on. */
      readonly window: number;
    }
  /** The mean gap s(x) − s(y_fn) of the last steps is above a bound: the paper's rule of the warm-up, 0.2. */
  | {
      /** Of the stage 'critic-warm-up'. */
      readonly kind: 'gap-above';
      /** The bound, in units of the score s. */
      readonly gap: number;
      /** Steps that the mean is over; with fewer the stage goes on. */
      readonly window: number;
    }
  /** The mean gap of the last steps is below a bound: the paper's rule of the adversarial stages, 0.01. */
  | {
      /** Of the adversarial stages: the discriminator cannot tell any longer. */
      readonly kind: 'gap-below';
      /** The bound, in units of the score s. */
      readonly gap: number;
      /** Steps that the mean is over; with fewer the stage goes on. */
      readonly window: number;
      /** Steps of the stage before the rule counts. */
      readonly minSteps: number;
    }
  /** The chosen generator fools the validation images at a small change; a few more validations may still better it. */
  | {
      /** Of the adversarial stages. */
      readonly kind: 'validated';
      /** Least confidently fooled rate; see `AttackValidation`. */
      readonly fooled: number;
      /** Greatest Loss_gen1. */
      readonly lossGen1: number;
      /** Validations in this stage that follow the first at which the choice met both bounds. */
      readonly patience: number;
    };

/** What {@link shouldStop} looks at after a step. */
export interface StopEvidence {
  /** Steps of the stage so far. */
  readonly stageSteps: number;
  /** Loss_gen1 of the stage's steps that trained the generator, the last one last. */
  readonly reconstructions: readonly number[];
  /** Gaps of the stage's steps, the last one last. */
  readonly gaps: readonly number[];
  /** Validations of the stage at which the chosen generator met the bounds of its rule. */
  readonly contentValidations: number;
}

/** Whether a rule ends the stage now. */
export function shouldStop(rule: StopRule, evidence: StopEvidence): boolean {
  switch (rule.kind) {
    case 'reconstructed':
      return meanOfLast(evidence.reconstructions, rule.window) < rule.lossGen1;
    case 'gap-above':
      return meanOfLast(evidence.gaps, rule.window) > rule.gap;
    case 'gap-below':
      return (
        evidence.stageSteps >= rule.minSteps && meanOfLast(evidence.gaps, rule.window) < rule.gap
      );
    case 'validated':
      return evidence.contentValidations > rule.patience;
    default:
      throw new RangeError(`shouldStop: unknown rule ${JSON.stringify(rule satisfies never)}`);
  }
}

/** Whether a validation of the chosen generator meets the bounds of a `'validated'` rule. */
export function meetsBounds(
  rule: StopRule | undefined,
  {
    confidentlyFooled,
    lossGen1,
  }: { readonly confidentlyFooled: number; readonly lossGen1: number },
): boolean {
  return (
    rule?.kind === 'validated' && confidentlyFooled >= rule.fooled && lossGen1 <= rule.lossGen1
  );
}

/** NaN, which no comparison accepts, until there are enough values. */
function meanOfLast(values: readonly number[], window: number): number {
  if (values.length < window) return Number.NaN;
  return values.slice(-window).reduce((sum, value) => sum + value, 0) / window;
}
