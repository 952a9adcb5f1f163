import type { BudgetCurve } from './budget-curve.ts';
import type { DetectorEvaluation } from './detectors/evaluate-detector.ts';
import type { PairedEvaluation } from './paired-evaluation.ts';
import type { SanityFlag } from './sanity/sanity-flag.ts';
import type { SystemOutcome } from './system-outcome.ts';
import type { TransferMatrix } from './transfer-matrix.ts';

/**
 * What a report is made of: the evaluation, and whatever else there is. Plain JSON; the schema is the
 * package's file `results.schema.json`.
 */
export interface EvaluationResults {
  readonly schema: 'adversarial-eval/1';
  /** Of the report, such as the model's and the attack's names. */
  readonly title?: string;
  readonly evaluation: PairedEvaluation;
  readonly flags?: readonly SanityFlag[];
  readonly transfer?: TransferMatrix;
  readonly budget?: BudgetCurve;
  /** How well each detector told the fakes. */
  readonly detectors?: readonly {
    readonly name: string;
    readonly evaluation: DetectorEvaluation;
  }[];
  readonly system?: SystemOutcome;
}
