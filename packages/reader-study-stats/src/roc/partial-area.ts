import type { CellRatings, FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { type RangeEnds, type RocRange, rangeEnds, standardizeArea } from './roc-range.ts';

/** A partial area, as it is and standardised. */
export interface PartialArea {
  /** Between 0 and the width of the range. */
  readonly area: number;
  /** McClish's: ½ for chance, 1 without errors. */
  readonly standardized: number;
}

/**
 * Area under a part of the empirical ROC curve, straight lines between its points. Over specificities,
 * A = ∫ Se d(1 − Sp); over sensitivities, A = ∫ Sp d(1 − Se). Its intervals: {@link bootstrapFigure} of
 * {@link partialAuc}.
 *
 * @param scores finite numbers, higher means "more positive"
 * @param labels one per case
 * @param range `{ specificity: [0.9, 1] }` or `{ sensitivity: [0.9, 1] }`
 * @throws RangeError as {@link areaUnderCurve}, or if the range is not within [0, 1]
 * @example
 * ```ts
 * const labels = ['positive', 'positive', 'negative', 'negative'] as const;
 * partialArea([3, 1, 2, 0], labels, { specificity: [0.5, 1] }); // => { area: 0.25, standardized: 0.6666666666666666 }
 * ```
 * @see McClish 1989, Med Decis Making 9:190, doi 10.1177/0272989X8900900307
 */
export function partialArea(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  range: RocRange,
): PartialArea {
  const ends = rangeEnds('partialArea', range);
  const area = areaBetween(splitByLabel('partialArea', scores, labels, 1), ends);
  return { area, standardized: standardizeArea(area, ends) };
}

/**
 * {@link partialArea} as a figure of merit, for `obuchowskiRockette` and {@link bootstrapFigure}.
 *
 * @param range of specificities or sensitivities
 * @param scale 'area' (as it is) or 'standardized' (McClish)
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: partialAuc({ specificity: [0.8, 1] }) });
 * ```
 */
export function partialAuc(
  range: RocRange,
  scale: 'area' | 'standardized' = 'area',
): FigureOfMerit {
  const ends = rangeEnds('partialAuc', range);
  const name = `${scale === 'area' ? '' : 'standardized '}partial AUC, ${ends.axis} ${1 - ends.to} to ${1 - ends.from}`;
  if (scale === 'area') {
    return {
      name,
      range: [0, ends.to - ends.from],
      cases: 'both',
      value: (ratings) => areaBetween(ratings, ends),
    };
  }
  return {
    name,
    range: [standardizeArea(0, ends), 1],
    cases: 'both',
    value: (ratings) => standardizeArea(areaBetween(ratings, ends), ends),
  };
}

/**
 * Sensitivity of the empirical ROC curve at a specificity, on the straight line between its points; the
 * highest where it rises there.
 * @throws RangeError if the specificity is outside [0, 1]
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: sensitivityAtSpecificity(0.9) });
 * ```
 */
export function sensitivityAtSpecificity(specificity: number): FigureOfMerit {
  checkShare('sensitivityAtSpecificity', specificity);
  return {
    name: `sensitivity at specificity ${specificity}`,
    range: [0, 1],
    cases: 'both',
    value: (ratings) => heightAt(ratings, 1 - specificity),
  };
}

/**
 * Specificity of the empirical ROC curve at a sensitivity; the highest where there are several.
 * @throws RangeError if the sensitivity is outside [0, 1]
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: specificityAtSensitivity(0.9) });
 * ```
 */
export function specificityAtSensitivity(sensitivity: number): FigureOfMerit {
  checkShare('specificityAtSensitivity', sensitivity);
  return {
    name: `specificity at sensitivity ${sensitivity}`,
    range: [0, 1],
    cases: 'both',
    value: (ratings) => heightAt(turned(ratings), 1 - sensitivity),
  };
}

function checkShare(caller: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RangeError(`${caller}: must be given a number between 0 and 1, got ${value}`);
}

/** Negatives take the place of positives: the curve of Sp over 1 − Se. */
function turned({ positives, negatives }: CellRatings): CellRatings {
  return { positives: negatives.map((x) => -x), negatives: positives.map((x) => -x) };
}

function areaBetween(ratings: CellRatings, { axis, from, to }: RangeEnds): number {
  let area = 0;
  walk(axis === 'specificity' ? ratings : turned(ratings), (x0, y0, x1, y1) => {
    if (x1 <= from || x0 >= to || x1 === x0) return;
    const slope = (y1 - y0) / (x1 - x0);
    const left = Math.max(x0, from);
    const right = Math.min(x1, to);
    area += (right - left) * (y0 + slope * ((left + right) / 2 - x0));
  });
  return area;
}

/** Height of the curve over x; products of whole numbers and a share are off by their rounding. */
function heightAt(ratings: CellRatings, x: number): number {
  const at = snap(x, ratings.negatives.length);
  let height = 0;
  walk(ratings, (x0, y0, x1, y1) => {
    if (x1 <= at) height = y1;
    else if (x0 <= at) height = y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  });
  return height;
}

/** A share that is a multiple of 1/n but for rounding, such as 1 − 0.9 of 10. */
function snap(x: number, n: number): number {
  const nearest = Math.round(x * n) / n;
  return Math.abs(nearest - x) < 1e-12 ? nearest : x;
}

/** Calls `visit` with every straight piece of the curve from (0, 0) to (1, 1). */
function walk(
  ratings: CellRatings,
  visit: (x0: number, y0: number, x1: number, y1: number) => void,
): void {
  const positives = ratings.positives.slice().sort();
  const negatives = ratings.negatives.slice().sort();
  const [m, n] = [positives.length, negatives.length];
  let [i, j, x, y] = [m, n, 0, 0];
  while (i > 0 || j > 0) {
    const threshold = Math.max(
      i > 0 ? positives[i - 1]! : Number.NEGATIVE_INFINITY,
      j > 0 ? negatives[j - 1]! : Number.NEGATIVE_INFINITY,
    );
    while (i > 0 && positives[i - 1] === threshold) i--;
    while (j > 0 && negatives[j - 1] === threshold) j--;
    const [nextX, nextY] = [(n - j) / n, (m - i) / m];
    visit(x, y, nextX, nextY);
    x = nextX;
    y = nextY;
  }
}
