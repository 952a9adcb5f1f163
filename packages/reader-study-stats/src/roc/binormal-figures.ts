import type { FigureOfMerit } from '../mrmc/figure-of-merit.ts';
import { binormalPartialArea } from './binormal-curve.ts';
import { fitRatings } from './binormal-fit.ts';
import { type RocRange, rangeEnds } from './roc-range.ts';

/**
 * Area under the maximum-likelihood binormal curve as a figure of merit, see {@link binormalFit}. Where
 * the likelihood has no maximum, it is the area that the curves approach (1 where no operating point
 * lies inside the square, as MRMCaov has it); where there is none either, analyses refuse it.
 */
export const binormalAuc: FigureOfMerit = {
  name: 'binormal AUC',
  range: [0, 1],
  cases: 'both',
  value: (ratings) => fitRatings(ratings, 0.95).area.estimate ?? Number.NaN,
};

/**
 * Partial area under the maximum-likelihood binormal curve as a figure of merit.
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: binormalPartialAuc({ specificity: [0.8, 1] }) });
 * ```
 */
export function binormalPartialAuc(range: RocRange): FigureOfMerit {
  const { axis, from, to } = rangeEnds('binormalPartialAuc', range);
  return {
    name: `binormal partial AUC, ${axis} ${1 - to} to ${1 - from}`,
    range: [0, to - from],
    cases: 'both',
    value: (ratings) => {
      const fit = fitRatings(ratings, 0.95);
      return fit.status === 'ok' ? binormalPartialArea(fit, range).estimate : Number.NaN;
    },
  };
}
