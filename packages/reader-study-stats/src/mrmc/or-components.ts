import type { CellFigure, FigureTable } from './figure-table.ts';
import type { FigureAnova } from './mean-squares.ts';
import type { DesignKind } from './study-design.ts';

/** Error variance and covariances of the figures of merit. */
export interface ErrorCovariances {
  /** Mean variance of a figure of merit. */
  readonly error: number;
  /** Mean covariance of one reader under two tests. */
  readonly cov1: number;
  /** Mean covariance of two readers under one test. */
  readonly cov2: number;
  /** Mean covariance of two readers under two tests. */
  readonly cov3: number;
}

/** Everything that the Obuchowski-Rockette model is made of. */
export interface OrComponents extends ErrorCovariances {
  /** Variance among readers; may be estimated below 0. Null without enough readers and tests. */
  readonly reader: number | null;
  /** Variance of the test-by-reader interaction; may be estimated below 0. */
  readonly testByReader: number | null;
}

/**
 * Error variance and the three covariances: means over the cells of the covariance matrix that belong
 * to the same or different readers and tests. What the design rules out is exactly 0.
 *
 * @param keep which cells count; default all
 */
export function errorCovariances(
  { cells, covariance, design }: FigureTable,
  keep: (cell: CellFigure) => boolean = () => true,
): ErrorCovariances {
  const sums = [0, 0, 0, 0];
  const counts = [0, 0, 0, 0];
  for (let a = 0; a < cells.length; a++) {
    const own = cells[a]!;
    if (!keep(own)) continue;
    const row = covariance[a]!;
    for (let b = 0; b <= a; b++) {
      const other = cells[b]!;
      if (!keep(other)) continue;
      const kind = (other.reader === own.reader ? 0 : 2) + (other.test === own.test ? 0 : 1);
      sums[kind]! += row[b]!;
      counts[kind]! += 1;
    }
  }
  const meanOf = (kind: number): number => (sums[kind] === 0 ? 0 : sums[kind]! / counts[kind]!);
  const estimated = { error: meanOf(0), cov1: meanOf(1), cov2: meanOf(2), cov3: meanOf(3) };
  return { ...estimated, ...ruledOut(design.kind) };
}

/** Covariances that are 0 by design, because the cells have no case (or no reader) in common. */
function ruledOut(kind: DesignKind): Partial<ErrorCovariances> {
  switch (kind) {
    case 'cases-nested-in-readers':
      return { cov2: 0, cov3: 0 };
    case 'cases-nested-in-tests':
      return { cov1: 0, cov3: 0 };
    case 'readers-nested-in-tests':
      return { cov1: 0 };
    case 'crossed':
    case 'split-plot':
    case 'partial':
      return {};
    default:
      throw new RangeError(`errorCovariances: unknown design ${String(kind satisfies never)}`);
  }
}

/**
 * The variance components of the model, by the method of moments:
 *
 * σ²_TR = MS(TR) − σ²_ε + Cov₁ + Cov₂ − Cov₃, σ²_R = (MS(R) − MS(TR))/t − Cov₁ + Cov₃;
 * with one test σ²_R = MS(R) − σ²_ε + Cov₂, as for readers nested in tests.
 *
 * @see Hillis 2014, Stat Med 33:330, doi 10.1002/sim.5926
 */
export function orComponents(table: FigureTable, anova: FigureAnova): OrComponents {
  const covariances = errorCovariances(table);
  const { error, cov1, cov2, cov3 } = covariances;
  const msReader = anova.reader.meanSquare;
  const msInteraction = anova.testByReader?.meanSquare ?? null;
  if (msReader === null) return { ...covariances, reader: null, testByReader: null };
  if (msInteraction === null) {
    return { ...covariances, reader: msReader - error + cov2, testByReader: null };
  }
  return {
    ...covariances,
    reader: (msReader - msInteraction) / table.tests.length - cov1 + cov3,
    testByReader: msInteraction - error + cov1 + cov2 - cov3,
  };
}

/** Mean error variance and Cov₂ of one test. */
export function testCovariances(table: FigureTable, test: number): ErrorCovariances {
  return errorCovariances(table, (cell) => cell.test === test);
}
