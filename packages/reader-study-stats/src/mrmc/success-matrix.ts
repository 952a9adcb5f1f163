import type { MrmcCell, MrmcData } from './mrmc-data.ts';

/** One cell's comparisons of every positive with every negative case. */
export interface SuccessMatrix {
  /**
   * Row per positive, column per negative of the study: 2 where the positive is rated higher, 1 where
   * they tie, 0 where it is lower or where either was not read. Whole numbers, so sums are exact.
   */
  readonly scores: Uint8Array;
  /** 1 where the case was read. */
  readonly readPositives: Uint8Array;
  readonly readNegatives: Uint8Array;
  /** Sums of `scores` per positive and per negative. */
  readonly byPositive: Float64Array;
  readonly byNegative: Float64Array;
}

/** The success matrix of a cell: 2·(½ + ½·sign(positive − negative)). */
export function successMatrix(data: MrmcData, cell: MrmcCell): SuccessMatrix {
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
      const score = Number(rating > other) + Number(rating >= other);
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

function flags(length: number, cases: Int32Array): Uint8Array {
  const result = new Uint8Array(length);
  for (const index of cases) result[index] = 1;
  return result;
}
