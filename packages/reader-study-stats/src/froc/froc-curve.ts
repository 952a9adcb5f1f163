import type { FrocData } from './froc-data.ts';
import { readPart } from './read-part.ts';

/** One operating point of free-response reading: what is marked with at least this rating. */
export interface FrocPoint {
  /** Infinity at the first point, where nothing is marked; falling. In the study's own direction turned up. */
  readonly threshold: number;
  /** False marks per case, over all cases or the normal ones. */
  readonly falseMarksPerCase: number;
  /** Share of cases (all or normal) with at least one false mark: the abscissa of the AFROC curve. */
  readonly falseCaseRate: number;
  /** Share of lesions that are marked. */
  readonly lesionSensitivity: number;
  /** The same with the weights of the lesions, each case counting once. */
  readonly weightedSensitivity: number;
}

/** Options of {@link frocCurve}. */
export interface FrocCurveOptions {
  /** One of the study's `readers`. */
  readonly reader: string;
  /** One of the study's `tests`. */
  readonly modality: string;
  /** Whose false marks count; there is no default. */
  readonly falseCases: 'all' | 'normal';
}

/**
 * Operating points of one reader under one modality: FROC is `lesionSensitivity` over
 * `falseMarksPerCase`, AFROC `lesionSensitivity` over `falseCaseRate`, wAFROC `weightedSensitivity` over
 * it. The curves end at the last point; the AFROC areas add the straight line from there to (1, 1).
 *
 * @throws RangeError if the reader has read nothing under the modality
 * @example
 * ```ts
 * frocCurve(data, { reader: 'r1', modality: 'CT', falseCases: 'normal' }).at(-1)?.lesionSensitivity;
 * ```
 * @see Bunch, Hamilton, Sanderson and Simmons 1978, J Appl Photogr Eng 4:166
 */
export function frocCurve(study: FrocData, options: FrocCurveOptions): readonly FrocPoint[] {
  const { reader, modality, falseCases } = options;
  const found = study.cells.find(
    (own) => study.readers[own.reader] === reader && study.tests[own.test] === modality,
  );
  if (!found) {
    throw new RangeError(
      `frocCurve: reader and modality must be in the study, got ${reader}, ${modality}`,
    );
  }
  const { data, cell } = readPart(study, found);
  const from = falseCases === 'all' ? 0 : data.abnormal;
  const cases = data.cases.length - from;
  const allFalse = Float64Array.from(cell.allFalse.slice(from).flat()).sort();
  const worst = cell.falseRatings.slice(from).sort();
  const thresholds = [...new Set([...allFalse, ...cell.lesionRatings])]
    .filter(Number.isFinite)
    .sort((a, b) => b - a);
  return [Number.POSITIVE_INFINITY, ...thresholds].map((threshold) => {
    let marked = 0;
    let weight = 0;
    cell.lesionRatings.forEach((rating, lesion) => {
      if (rating < threshold) return;
      marked += 1;
      weight += data.weights[lesion]!;
    });
    return {
      threshold,
      falseMarksPerCase: countFrom(allFalse, threshold) / cases,
      falseCaseRate: countFrom(worst, threshold) / cases,
      lesionSensitivity: marked / cell.lesionRatings.length,
      weightedSensitivity: weight / data.abnormal,
    };
  });
}

/** How many sorted values are at least the threshold. */
function countFrom(sorted: Float64Array, threshold: number): number {
  const first = sorted.findIndex((value) => value >= threshold);
  return first < 0 ? 0 : sorted.length - first;
}
