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
  /** Name and version of this JSON; `renderReport` knows it by them. */
  readonly schema: 'adversarial-eval/1';
  /** Of the report, such as the model's and the attack's names. */
  readonly title?: string;
  /** Of `evaluatePaired`; the report cannot do without. */
  readonly evaluation: PairedEvaluation;
  /** Of `sanityFlags`, the worst first. */
  readonly flags?: readonly SanityFlag[];
  /** Of `transferMatrix`: fakes made against one model, scored by others. */
  readonly transfer?: TransferMatrix;
  /** Of `budgetCurve`: fooling rate against the size of the change. */
  readonly budget?: BudgetCurve;
  /** How well each detector told the fakes. */
  readonly detectors?: readonly {
    /** What the report calls it. */
    readonly name: string;
    /** Of `evaluateDetector`. */
    readonly evaluation: DetectorEvaluation;
  }[];
  /** Of `systemOutcome`: what gets past AI, detector and readers. */
  readonly system?: SystemOutcome;
}
