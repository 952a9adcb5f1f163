import type { WeightedReader } from './bdg-moments.ts';
import { dotBytes, total } from './matrix.ts';
import type { MrmcData } from './mrmc-data.ts';
import type { SuccessMatrix } from './success-matrix.ts';
import { areaCovariance, casesOf } from './unbiased-covariance.ts';

/** One reader's figure of merit under a test, or the difference of two. */
export interface ReaderFigure {
  /** One of the study's `readers`. */
  readonly reader: string;
  /** One of the study's `tests`. */
  readonly first: string;
  /** null: the figure under `first` itself. */
  readonly second: string | null;
  /** Positive cases that were read; of a difference, under both tests. */
  readonly positives: number;
  /** The same of negative cases. */
  readonly negatives: number;
  /** The figure under `first`, less that under `second`. */
  readonly estimate: number;
  /** Unbiased variance of the estimate; may be below 0; null with a single case in a class. */
  readonly variance: number | null;
}

/** Every reader's figures by test, then every reader's differences by pair of tests. */
export function readerFigures(
  data: MrmcData,
  byTest: readonly (readonly WeightedReader[])[],
): readonly ReaderFigure[] {
  const single = byTest.flatMap((readers, test) =>
    readers.map(({ reader, matrix }): ReaderFigure => {
      const { positives, negatives } = casesOf(matrix);
      return {
        reader: data.readers[reader]!,
        first: data.tests[test]!,
        second: null,
        positives,
        negatives,
        estimate: figureOf(matrix),
        variance: finite(areaCovariance(matrix, matrix)),
      };
    }),
  );
  const paired = byTest.flatMap((readers, a) =>
    byTest.slice(a + 1).flatMap((others, offset) =>
      readers.flatMap(({ reader, matrix }) => {
        const other = others.find((candidate) => candidate.reader === reader)?.matrix;
        if (other === undefined) return [];
        const names = {
          reader: data.readers[reader]!,
          first: data.tests[a]!,
          second: data.tests[a + 1 + offset]!,
        };
        return [{ ...names, ...difference(matrix, other) }];
      }),
    ),
  );
  return [...single, ...paired];
}

function difference(
  a: SuccessMatrix,
  b: SuccessMatrix,
): Omit<ReaderFigure, 'reader' | 'first' | 'second'> {
  return {
    positives: dotBytes(a.readPositives, b.readPositives),
    negatives: dotBytes(a.readNegatives, b.readNegatives),
    estimate: figureOf(a) - figureOf(b),
    variance: finite(areaCovariance(a, a) + areaCovariance(b, b) - 2 * areaCovariance(a, b)),
  };
}

function figureOf(matrix: SuccessMatrix): number {
  const { positives, negatives } = casesOf(matrix);
  return total(matrix.byPositive) / 2 / (positives * negatives);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
