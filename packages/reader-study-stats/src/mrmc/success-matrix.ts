import type { MrmcCell, MrmcData } from './mrmc-data.ts';

/**
 * What counts as a success of a positive case i against a negative case j, as a score 0, ½ or 1.
 * 'auc': i is rated higher (ties ½). 'sensitivity': i reaches the threshold, whatever j is.
 * 'specificity': j stays below the threshold, whatever i is.
 */
export type SuccessKernel =
  | {
      /** Pairs of a positive and a negative case. */
      readonly kind: 'auc';
    }
  | {
      /** Cases of one class, called positive or negative. */
      readonly kind: 'sensitivity' | 'specificity';
      /** Least rating that is called positive; finite, higher means "more positive". */
      readonly threshold: number;
    };

/** One cell's comparisons of every positive with every negative case. */
export interface SuccessMatrix {
  /**
   * Row per positive, column per negative of the study: twice the kernel's score, 0 where either case
   * was not read. Whole numbers, so sums are exact.
   */
  readonly scores: Uint8Array;
  /** 1 where the case was read. */
  readonly readPositives: Uint8Array;
  readonly readNegatives: Uint8Array;
  /** Sums of `scores` per positive and per negative. */
  readonly byPositive: Float64Array;
  readonly byNegative: Float64Array;
}

/** The success matrix of a cell; by default that of the AUC, ½ + ½·sign(positive − negative). */
export function successMatrix(
  data: MrmcData,
  cell: MrmcCell,
  kernel: SuccessKernel = { kind: 'auc' },
): SuccessMatrix {
  const doubledScore = scoreOf(kernel);
  const [rows, columns] = [data.positives.length, data.negatives.length];
  const scores = new Uint8Array(rows * columns);
  const byPositive = new Float64Array(rows);
  const byNegative = new Float64Array(columns);
  const { positives, negatives } = cell;
  for (let i = 0; i < positives.cases.length; i++) {
    const row = positives.cases[i]!;
    const rating = positives.ratings[i]!;
    for (let j = 0; j < negatives.cases.length; j++) {
      const column = negatives.cases[j]!;
      const other = negatives.ratings[j]!;
      const score = doubledScore(rating, other);
      scores[row * columns + column] = score;
      byPositive[row]! += score;
      byNegative[column]! += score;
    }
  }
  return {
    scores,
    readPositives: flags(rows, positives.cases),
    readNegatives: flags(columns, negatives.cases),
    byPositive,
    byNegative,
  };
}

function scoreOf(kernel: SuccessKernel): (positive: number, negative: number) => number {
  switch (kernel.kind) {
    case 'auc':
      return (positive, negative) => Number(positive > negative) + Number(positive >= negative);
    case 'sensitivity':
      return (positive) => 2 * Number(positive >= kernel.threshold);
    case 'specificity':
      return (_, negative) => 2 * Number(negative < kernel.threshold);
    default:
      throw new RangeError(`successMatrix: unknown kernel ${String(kernel satisfies never)}`);
  }
}

function flags(length: number, cases: Int32Array): Uint8Array {
  const result = new Uint8Array(length);
  for (const index of cases) result[index] = 1;
  return result;
}
