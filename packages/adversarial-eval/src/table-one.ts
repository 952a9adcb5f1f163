import type { EstimatedArea } from './intervals/area-estimate.ts';
import type { RateEstimate } from './intervals/rate-estimate.ts';
import type { PairedEvaluation } from './paired-evaluation.ts';

/** A number of the paper's Table 1; what our copy of it has lost is null. */
export interface PaperValue {
  /** A share or an area, in [0, 1]. */
  readonly value: number;
  /** Images counted; null where our copy has the share only. */
  readonly k: number | null;
  /** Of how many images; null where our copy has the share only. */
  readonly n: number | null;
  /** true where the count is not printed but follows from others. */
  readonly inferred: boolean;
}

/** A row of Table 1: an area, or a share with its counts. */
export type TableOneRow = {
  /** Which row it is; for programs, as `title` is for people. */
  readonly id: TableOneId;
  /** Which row it is, in words. */
  readonly title: string;
  /** The paper's numbers by its resolution, null where they are lost. */
  readonly paper: {
    /** At 1728×1408 pixels. */
    readonly high: PaperValue | null;
    /** At 1024×832 pixels. */
    readonly low: PaperValue | null;
  };
} & (
  | {
      /** An area under the ROC curve. */
      readonly kind: 'auc';
      /** Of this evaluation. */
      readonly value: EstimatedArea;
    }
  | {
      /** A share, k of n. */
      readonly kind: 'proportion';
      /** Of this evaluation. */
      readonly value: RateEstimate;
    }
);

/** Names of the rows of Table 1. */
export type TableOneId =
  | 'auc-real'
  | 'auc-fake-flipped'
  | 'positives-correct'
  | 'negatives-correct'
  | 'fooled-remove'
  | 'fooled-insert'
  | 'fooled-both';

/**
 * The paper's Table 1 from an evaluation, each row beside the paper's numbers at 1728×1408 ('high') and
 * 1024×832 ('low'). Cells that are lost in our copy of the paper are null; nothing is filled in.
 *
 * @example
 * ```ts
 * const [auc] = tableOne(evaluation);
 * [auc?.id, auc?.paper.high?.value]; // => ['auc-real', 0.82]
 * ```
 * @see Zhou et al. 2021, Table 1, doi 10.1038/s41467-021-27577-x
 */
export function tableOne(evaluation: PairedEvaluation): readonly TableOneRow[] {
  const { aucReal, aucFakeFlipped, positivesCorrect, negativesCorrect, fooled } = evaluation;
  return [
    {
      id: 'auc-real',
      title: 'AUC, real images',
      kind: 'auc',
      value: aucReal,
      paper: { high: share(0.82), low: null },
    },
    {
      id: 'auc-fake-flipped',
      title: 'AUC, fakes with flipped labels',
      kind: 'auc',
      value: aucFakeFlipped,
      paper: { high: share(0.94), low: share(0.79) },
    },
    {
      id: 'positives-correct',
      title: 'real positives correct',
      kind: 'proportion',
      value: positivesCorrect,
      paper: { high: counts(44, 74), low: { ...counts(43, 74), inferred: true } },
    },
    {
      id: 'negatives-correct',
      title: 'real negatives correct',
      kind: 'proportion',
      value: negativesCorrect,
      paper: { high: counts(319, 364), low: null },
    },
    {
      id: 'fooled-remove',
      title: 'fooled, of positives that were correct',
      kind: 'proportion',
      value: fooled.remove,
      paper: { high: counts(42, 44), low: share(0.884) },
    },
    {
      id: 'fooled-insert',
      title: 'fooled, of negatives that were correct',
      kind: 'proportion',
      value: fooled.insert,
      paper: { high: counts(209, 319), low: share(0.667) },
    },
    {
      id: 'fooled-both',
      title: 'fooled, of all that were correct',
      kind: 'proportion',
      value: fooled.both,
      paper: { high: counts(251, 363), low: null },
    },
  ];
}

function share(value: number): PaperValue {
  return { value, k: null, n: null, inferred: false };
}

function counts(k: number, n: number): PaperValue {
  return { value: k / n, k, n, inferred: false };
}
