import { clusterDeletions } from './cluster-deletions.ts';
import { delongCovariance } from './delong-covariance.ts';
import {
  type CellRatings,
  empiricalAuc,
  type FigureOfMerit,
  type LeaveOneOut,
} from './figure-of-merit.ts';
import { type DeletedFigures, jackknifeCovariance, probitCovariance } from './jackknife.ts';
import type { MrmcCell, MrmcData } from './mrmc-data.ts';
import type { StudyDesign } from './study-design.ts';
import { unbiasedCovariance } from './unbiased-covariance.ts';

/**
 * How the covariances of the figures of merit are estimated, readers and tests fixed, cases random.
 * 'jackknife': one case (or cluster of cases) left out in turn; any figure. 'delong', 'unbiased': empirical AUC only.
 * 'probit': the jackknife of Φ⁻¹(figure), brought back by the delta method; figures inside (0, 1).
 */
export type CovarianceMethod = 'jackknife' | 'delong' | 'unbiased' | 'probit';

/** The figure of merit of one reader under one test. */
export interface CellFigure {
  /** Index into `readers`. */
  readonly reader: number;
  /** Index into `tests`. */
  readonly test: number;
  /** The figure; finite. */
  readonly value: number;
  /** Cases that the figure was computed from. */
  readonly cases: number;
}

/** All figures of merit of a study with their covariances: what Obuchowski and Rockette start from. */
export interface FigureTable {
  /** Name of the figure of merit. */
  readonly figure: string;
  /** Least and greatest possible value of the figure. */
  readonly range: readonly [number, number];
  /** Names, at the indices that the cells have. */
  readonly readers: readonly string[];
  /** Names, at the indices that the cells have; differences are taken in this order. */
  readonly tests: readonly string[];
  /** Who read what; it decides between the crossed and the nested analysis. */
  readonly design: StudyDesign;
  /** By test, then reader. */
  readonly cells: readonly CellFigure[];
  /** Symmetric, one row per cell. */
  readonly covariance: readonly (readonly number[])[];
  /** A {@link CovarianceMethod}, with 'over clusters' where clusters were left out; elsewhere any name. */
  readonly covarianceMethod: string;
}

/**
 * The figure of merit of every reader under every test, and the covariances among them. Where rows have
 * clusters, these are what the jackknife leaves out.
 *
 * @param data checked reads
 * @param options the figure (default: empirical AUC) and the covariance method (default: 'jackknife')
 * @throws RangeError if a cell has fewer than two cases of a class that the figure needs, if a figure
 *   is not finite, or if the method is not defined for the figure
 * @example
 * ```ts
 * figureTable(study, { covariance: 'delong' }).cells[0]?.value;
 * ```
 */
export function figureTable(
  data: MrmcData,
  options: { readonly figure?: FigureOfMerit; readonly covariance?: CovarianceMethod } = {},
): FigureTable {
  const { figure = empiricalAuc, covariance = 'jackknife' } = options;
  for (const cell of data.cells) checkCell(data, cell, figure);
  const isJackknife = covariance === 'jackknife' || covariance === 'probit';
  const left =
    isJackknife && data.clusters === null
      ? data.cells.map((cell) => leaveOneOut(cell, figure))
      : null;
  const cells = data.cells.map((cell, index): CellFigure => {
    const value = left ? left[index]!.value : figure.value(ratingsOf(cell));
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `figureTable: ${figure.name} of ${nameOf(data, cell)} must be finite, got ${value}`,
      );
    }
    return { reader: cell.reader, test: cell.test, value, cases: countOf(cell, figure) };
  });
  return {
    figure: figure.name,
    range: figure.range,
    readers: data.readers,
    tests: data.tests,
    design: data.design,
    cells,
    covariance: isJackknife
      ? deletionCovariance(covariance, deletions(data, figure, cells, left))
      : areaCovariances(data, figure, covariance),
    covarianceMethod: data.clusters === null ? covariance : `${covariance} over clusters`,
  };
}

function deletionCovariance(
  method: CovarianceMethod,
  deleted: DeletedFigures,
): readonly (readonly number[])[] {
  return method === 'probit' ? probitCovariance(deleted) : jackknifeCovariance(deleted);
}

function deletions(
  data: MrmcData,
  figure: FigureOfMerit,
  cells: readonly CellFigure[],
  left: readonly LeaveOneOut[] | null,
): DeletedFigures {
  if (left !== null) return deletedFigures(data, figure, left);
  return clusterDeletions(data, data.clusters!, figure, cells);
}

function areaCovariances(
  data: MrmcData,
  figure: FigureOfMerit,
  method: CovarianceMethod,
): readonly (readonly number[])[] {
  if (method !== 'delong' && method !== 'unbiased') {
    throw new RangeError(
      `figureTable: covariance must be jackknife, delong, unbiased or probit, got ${String(method)}`,
    );
  }
  if (data.clusters !== null) {
    throw new RangeError(
      `figureTable: covariance ${method} takes independent cases; with clusters use jackknife or probit`,
    );
  }
  if (figure !== empiricalAuc) {
    throw new RangeError(
      `figureTable: covariance ${method} is defined for the empirical AUC only, got ${figure.name}`,
    );
  }
  return method === 'delong' ? delongCovariance(data) : unbiasedCovariance(data);
}

function checkCell(data: MrmcData, cell: MrmcCell, figure: FigureOfMerit): void {
  for (const name of ['positives', 'negatives'] as const) {
    const isNeeded = figure.cases === 'both' || figure.cases === name;
    if (isNeeded && cell[name].cases.length < 2) {
      throw new RangeError(
        `figureTable: ${nameOf(data, cell)} must have at least two ${name} for ${figure.name}, got ${cell[name].cases.length}`,
      );
    }
  }
}

function nameOf(data: MrmcData, cell: MrmcCell): string {
  return `reader ${data.readers[cell.reader]}, test ${data.tests[cell.test]}`;
}

function ratingsOf(cell: MrmcCell): CellRatings {
  return { positives: cell.positives.ratings, negatives: cell.negatives.ratings };
}

function countOf(cell: MrmcCell, { cases }: FigureOfMerit): number {
  const positives = cases === 'negatives' ? 0 : cell.positives.cases.length;
  return positives + (cases === 'positives' ? 0 : cell.negatives.cases.length);
}

/** The figures without each case in turn, cases numbered over the classes that the figure uses. */
function deletedFigures(
  data: MrmcData,
  { cases }: FigureOfMerit,
  left: readonly LeaveOneOut[],
): DeletedFigures {
  const positives = cases === 'negatives' ? 0 : data.positives.length;
  const negatives = cases === 'positives' ? 0 : data.negatives.length;
  const all = new Int32Array(positives + negatives).map((_, index) => index);
  return {
    cases: all.length,
    cells: data.cells.map((cell, index) => {
      const { value, deleted } = left[index]!;
      if (deleted.length === all.length) return { value, cases: all, deleted };
      const own = {
        both: () => numbered(cell, positives),
        positives: () => cell.positives.cases,
        negatives: () => cell.negatives.cases,
      }[cases]();
      return { value, cases: own, deleted };
    }),
  };
}

/** The cases of a cell, negative ones numbered after all positive ones. */
function numbered({ positives, negatives }: MrmcCell, offset: number): Int32Array {
  const m = positives.cases.length;
  const cases = new Int32Array(m + negatives.cases.length);
  cases.set(positives.cases);
  for (let j = m; j < cases.length; j++) cases[j] = offset + negatives.cases[j - m]!;
  return cases;
}

/** The figure, and computed anew without each case in turn unless it knows a faster way. */
function leaveOneOut(cell: MrmcCell, figure: FigureOfMerit): LeaveOneOut {
  const ratings = ratingsOf(cell);
  if (figure.leaveOneOut) return figure.leaveOneOut(ratings);
  const names = figure.cases === 'both' ? (['positives', 'negatives'] as const) : [figure.cases];
  const deleted = names.flatMap((name) =>
    Array.from(ratings[name], (_, left) =>
      figure.value({ ...ratings, [name]: ratings[name].filter((__, at) => at !== left) }),
    ),
  );
  return { value: figure.value(ratings), deleted: Float64Array.from(deleted) };
}
