import type { FigureTable } from '../mrmc/figure-table.ts';
import { jackknifeCovariance } from '../mrmc/jackknife.ts';
import {
  analyzeFigures,
  type OrAnalysis,
  type OrTestOptions,
} from '../mrmc/obuchowski-rockette.ts';
import type { FrocData } from './froc-data.ts';
import { type FrocFigure, weightedAfroc } from './froc-figures.ts';
import { readPart } from './read-part.ts';

/** Options of {@link analyzeFroc}. */
export interface FrocAnalysisOptions extends OrTestOptions {
  /** Default: {@link weightedAfroc}. */
  readonly figure?: FrocFigure;
}

/**
 * Compares modalities by a free-response figure of merit of several readers: Obuchowski and Rockette's
 * analysis with jackknife covariances, as JAFROC and RJafroc do it. Where `reads` say who read what, crossed,
 * split-plot and nested designs; a reader who lacks a modality that others read is refused.
 *
 * @param data checked marks, see {@link arrangeMarks}
 * @param options figure of merit, model, level, alternative, compat
 * @returns as {@link obuchowskiRockette}
 * @throws RangeError as {@link frocFigureTable}
 * @example
 * ```ts
 * const data = arrangeMarks({ marks, cases }, { direction: 'higher' });
 * const [difference] = analyzeFroc(data, { figure: weightedAfroc }).differences;
 * ```
 * @see Chakraborty and Berbaum 2004, Med Phys 31:2313, doi 10.1118/1.1769352
 * @see Hillis 2014, Stat Med 33:330, doi 10.1002/sim.5926
 */
export function analyzeFroc(data: FrocData, options: FrocAnalysisOptions = {}): OrAnalysis {
  return analyzeFigures(frocFigureTable(data, options.figure), options);
}

/**
 * The figure of every reader under every modality, and their jackknife covariances over the cases.
 * @example
 * ```ts
 * frocFigureTable(data, lesionSensitivity).cells[0]?.value;
 * ```
 */
export function frocFigureTable(data: FrocData, figure: FrocFigure = weightedAfroc): FigureTable {
  const from = figure.cases === 'normal' ? data.abnormal : 0;
  const to = figure.cases === 'abnormal' ? data.abnormal : data.cases.length;
  const figures = data.cells.map((own) => {
    const part = readPart(data, own);
    const cases = own.cases.filter((index) => index >= from && index < to);
    return {
      ...figure.leaveOneOut(part.data, part.cell),
      cases: cases.map((index) => index - from),
    };
  });
  return {
    figure: figure.name,
    range: figure.range,
    readers: data.readers,
    tests: data.tests,
    design: data.design,
    cells: data.cells.map(({ reader, test }, index) => ({
      reader,
      test,
      value: figures[index]!.value,
      cases: figures[index]!.cases.length,
    })),
    covariance: jackknifeCovariance({ cases: to - from, cells: figures }),
    covarianceMethod: 'jackknife',
  };
}
