import type { FigureTable } from './figure-table.ts';
import { mean, sumOfSquares } from './matrix.ts';

/** One line of an analysis of variance; null where there are no degrees of freedom. */
export interface AnovaLine {
  /** 0 where there is one level only. */
  readonly df: number;
  /** In squared units of the figure. */
  readonly sumOfSquares: number;
  /** sumOfSquares/df. */
  readonly meanSquare: number | null;
}

/** Analysis of variance of the figures of merit. */
export interface FigureAnova {
  /** 'crossed': every reader under every test; 'nested': every reader under one test. */
  readonly layout: 'crossed' | 'nested';
  /** t − 1 degrees of freedom of t tests. */
  readonly test: AnovaLine;
  /** Reader, or reader within test in the nested layout. */
  readonly reader: AnovaLine;
  /** Absent in the nested layout. */
  readonly testByReader: AnovaLine | null;
  /** Per test: number of readers, mean figure, and mean square of its readers. */
  readonly tests: readonly TestMean[];
}

/** The figures of one test. */
export interface TestMean {
  /** Readers who read under the test. */
  readonly readers: number;
  /** Their mean figure, all with the same weight. */
  readonly mean: number;
  /** Σⱼ(θⱼ − θ̄)²/(r − 1); null with one reader. */
  readonly meanSquare: number | null;
}

/**
 * Mean squares of the figures of merit θᵢⱼ (test i, reader j).
 *
 * Crossed: MS(T) = r·Σ(θ̄ᵢ. − θ̄..)²/(t − 1), MS(R) = t·Σ(θ̄.ⱼ − θ̄..)²/(r − 1),
 * MS(TR) = ΣΣ(θᵢⱼ − θ̄ᵢ. − θ̄.ⱼ + θ̄..)²/((t − 1)(r − 1)).
 * Nested: MS(T) = Σrᵢ(θ̄ᵢ. − θ̄..)²/(t − 1), MS[R(T)] = ΣΣ(θᵢⱼ − θ̄ᵢ.)²/(Σrᵢ − t).
 *
 * @throws RangeError if the table is neither crossed nor nested
 */
export function figureAnova(table: FigureTable): FigureAnova {
  const byTest = table.tests.map((_, test) =>
    table.cells.filter((cell) => cell.test === test).map(({ value }) => value),
  );
  const tests = byTest.map((values) => ({
    readers: values.length,
    mean: mean(values),
    meanSquare: values.length > 1 ? sumOfSquares(values) / (values.length - 1) : null,
  }));
  if (table.design.kind === 'readers-nested-in-tests') return nested(table, byTest, tests);
  return crossed(table, byTest, tests);
}

function nested(
  table: FigureTable,
  byTest: readonly (readonly number[])[],
  tests: readonly TestMean[],
): FigureAnova {
  const grand = mean(table.cells.map(({ value }) => value));
  const between = tests.reduce((sum, test) => sum + test.readers * (test.mean - grand) ** 2, 0);
  const within = byTest.reduce((sum, values) => sum + sumOfSquares(values), 0);
  return {
    layout: 'nested',
    test: line(tests.length - 1, between),
    reader: line(table.cells.length - tests.length, within),
    testByReader: null,
    tests,
  };
}

function crossed(
  table: FigureTable,
  byTest: readonly (readonly number[])[],
  tests: readonly TestMean[],
): FigureAnova {
  const [t, r] = [table.tests.length, table.readers.length];
  const absent = byTest.findIndex((values) => values.length < r);
  if (absent >= 0) {
    const read = new Set(table.cells.filter((c) => c.test === absent).map((c) => c.reader));
    const reader = table.readers.find((_, index) => !read.has(index));
    throw new RangeError(
      `obuchowskiRockette: every reader must read under every test, or each under one only; reader ${reader} has no reads under test ${table.tests[absent]} (uStatisticAnalysis takes any design)`,
    );
  }
  const readerMeans = table.readers.map((_, j) => mean(byTest.map((values) => values[j]!)));
  const grand = mean(readerMeans);
  let interaction = 0;
  byTest.forEach((values, i) => {
    values.forEach((value, j) => {
      interaction += (value - tests[i]!.mean - readerMeans[j]! + grand) ** 2;
    });
  });
  return {
    layout: 'crossed',
    test: line(t - 1, r * sumOfSquares(tests.map((test) => test.mean))),
    reader: line(r - 1, t * sumOfSquares(readerMeans)),
    testByReader: line((t - 1) * (r - 1), interaction),
    tests,
  };
}

function line(df: number, squares: number): AnovaLine {
  return { df, sumOfSquares: squares, meanSquare: df > 0 ? squares / df : null };
}
