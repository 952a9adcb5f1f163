import { delongCovariance } from './delong-covariance.ts';
import { type CellRatings, empiricalAuc, type FigureOfMerit } from './figure-of-merit.ts';
import { type DeletedFigures, jackknifeCovariance, probitCovariance } from './jackknife.ts';
import type { MrmcCell, MrmcData } from './mrmc-data.ts';
import type { StudyDesign } from './study-design.ts';
import { unbiasedCovariance } from './unbiased-covariance.ts';

/**
 * How the covariances of the figures of merit are estimated, readers and tests fixed, cases random.
 * 'jackknife': one case left out in turn; any figure. 'delong', 'unbiased': empirical AUC only.
 * 'probit': the jackknife of Φ⁻¹(figure), brought back by the delta method; figures inside (0, 1).
 */
export type CovarianceMethod = 'jackknife' | 'delong' | 'unbiased' | 'probit';

/** The figure of merit of one reader under one test. */
export interface CellFigure {
  /** Index into `readers`. */
  readonly reader: number;
  /** Index into `tests`. */
  readonly test: number;
  readonly value: number;
  /** Cases that the figure was computed from. */
  readonly cases: number;
}

/** All figures of merit of a study with their covariances: what Obuchowski and Rockette start from. */
export interface FigureTable {
  /** Name of the figure of merit. */
  readonly figure: string;
  readonly range: readonly [number, number];
  readonly readers: readonly string[];
  readonly tests: readonly string[];
  readonly design: StudyDesign;
  /** By test, then reader. */
  readonly cells: readonly CellFigure[];
  /** Symmetric, one row per cell. */
  readonly covariance: readonly Float64Array[];
  readonly covarianceMethod: string;
}

/**
 * The figure of merit of every reader under every test, and the covariances among them.
 *
 * @param data checked reads
 * @param options the figure (default: empirical AUC) and the covariance method (default: 'jackknife')
 * @throws RangeError if a cell has fewer than two cases of a class that the figure needs, if a figure
 *   is not finite, or if the method is not defined for the figure
 */
export function figureTable(
  data: MrmcData,
  options: { readonly figure?: FigureOfMerit; readonly covariance?: CovarianceMethod } = {},
): FigureTable {
  const { figure = empiricalAuc, covariance = 'jackknife' } = options;
  for (const cell of data.cells) checkCell(data, cell, figure);
  const cells = data.cells.map((cell): CellFigure => {
    const value = figure.value(ratingsOf(cell));
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
    covariance: covarianceOf(data, figure, covariance, cells),
    covarianceMethod: covariance,
  };
}

function covarianceOf(
  data: MrmcData,
  figure: FigureOfMerit,
  method: CovarianceMethod,
  cells: readonly CellFigure[],
): readonly Float64Array[] {
  switch (method) {
    case 'jackknife':
      return jackknifeCovariance(deletedFigures(data, figure, cells));
    case 'probit':
      return probitCovariance(deletedFigures(data, figure, cells));
    case 'delong':
    case 'unbiased':
      if (figure !== empiricalAuc) {
        throw new RangeError(
          `figureTable: covariance ${method} is defined for the empirical AUC only, got ${figure.name}`,
        );
      }
      return method === 'delong' ? delongCovariance(data) : unbiasedCovariance(data);
    default:
      throw new RangeError(
        `figureTable: covariance must be jackknife, delong, unbiased or probit, got ${String(method satisfies never)}`,
      );
  }
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

/** The figures without each case in turn, cases numbered over both classes. */
function deletedFigures(
  data: MrmcData,
  figure: FigureOfMerit,
  cells: readonly CellFigure[],
): DeletedFigures {
  const usesPositives = figure.cases !== 'negatives';
  const usesNegatives = figure.cases !== 'positives';
  const offset = usesPositives ? data.positives.length : 0;
  return {
    cases: offset + (usesNegatives ? data.negatives.length : 0),
    cells: data.cells.map((cell, index) => {
      const ratings = ratingsOf(cell);
      const deleted = figure.leaveOneOut?.(ratings) ?? leaveOneOut(ratings, figure);
      return {
        value: cells[index]!.value,
        cases: [
          ...(usesPositives ? cell.positives.cases : []),
          ...(usesNegatives ? cell.negatives.cases.map((id) => offset + id) : []),
        ],
        deleted: [
          ...(usesPositives ? deleted.positives : []),
          ...(usesNegatives ? deleted.negatives : []),
        ],
      };
    }),
  };
}

/** The figure computed anew without each case in turn. */
function leaveOneOut(ratings: CellRatings, figure: FigureOfMerit): CellRatings {
  const without = (name: 'positives' | 'negatives'): Float64Array =>
    ratings[name].map((_, left) =>
      figure.value({ ...ratings, [name]: ratings[name].filter((__, at) => at !== left) }),
    );
  return { positives: without('positives'), negatives: without('negatives') };
}
