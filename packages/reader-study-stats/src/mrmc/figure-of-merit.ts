import { placements } from '../roc/auc.ts';

/** The ratings of one reader under one test, by class; higher means "more positive". */
export interface CellRatings {
  /** Of the positive cases that the reader read. */
  readonly positives: Float64Array;
  /** Of the negative cases that the reader read. */
  readonly negatives: Float64Array;
}

/** A figure of merit: one number that says how well a reader does under a test. */
export interface FigureOfMerit {
  /** As results and reports print it. */
  readonly name: string;
  /** Least and greatest possible value; intervals of means are cut there. */
  readonly range: readonly [number, number];
  /** Whose ratings it uses; cases of the other class are left out of the jackknife. */
  readonly cases: 'both' | 'positives' | 'negatives';
  /** The figure; a number that is not finite is refused by the analysis. */
  value(ratings: CellRatings): number;
  /** The figure, and without each case in turn, where there is a faster way than computing it anew. */
  leaveOneOut?(ratings: CellRatings): LeaveOneOut;
}

/** A figure of merit, and what it is without each case. */
export interface LeaveOneOut {
  /** From all cases. */
  readonly value: number;
  /** Without each case that the figure uses, positives before negatives. */
  readonly deleted: Float64Array;
}

/**
 * Empirical (trapezoidal) area under the ROC curve, ties counted half.
 *
 * Without positive i: A₍₋ᵢ₎ = (m·A − Vᵢ)/(m − 1), where Vᵢ is its placement.
 */
export const empiricalAuc: FigureOfMerit = {
  name: 'empirical AUC',
  range: [0, 1],
  cases: 'both',
  value: ({ positives, negatives }) => placements(positives, negatives).auc,
  leaveOneOut: ({ positives, negatives }) => {
    const shares = placements(positives, negatives);
    deletePlacements(shares.positives, shares.auc);
    deletePlacements(shares.negatives, shares.auc);
    return { value: shares.auc, deleted: shares.all };
  },
};

/** In place, from the placement of each case to the area without it. */
function deletePlacements(shares: Float64Array, auc: number): void {
  const others = shares.length - 1;
  for (let i = 0; i < shares.length; i++) shares[i] = auc + (auc - shares[i]!) / others;
}

/**
 * Share of positive cases called positive: rating ≥ threshold.
 * @throws RangeError if the threshold is not finite
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: sensitivityAt(4) });
 * ```
 */
export function sensitivityAt(threshold: number): FigureOfMerit {
  return shareOf('positives', threshold, (rating) => rating >= threshold);
}

/**
 * Share of negative cases called negative: rating < threshold.
 * @throws RangeError if the threshold is not finite
 * @example
 * ```ts
 * obuchowskiRockette(study, { figure: specificityAt(4) });
 * ```
 */
export function specificityAt(threshold: number): FigureOfMerit {
  return shareOf('negatives', threshold, (rating) => rating < threshold);
}

function shareOf(
  cases: 'positives' | 'negatives',
  threshold: number,
  isCorrect: (rating: number) => boolean,
): FigureOfMerit {
  if (!Number.isFinite(threshold)) {
    throw new RangeError(
      `sensitivityAt, specificityAt: threshold must be finite, got ${threshold}`,
    );
  }
  return {
    name: `${cases === 'positives' ? 'sensitivity' : 'specificity'} at ${threshold}`,
    range: [0, 1],
    cases,
    value: (ratings) => ratings[cases].filter(isCorrect).length / ratings[cases].length,
    leaveOneOut: (ratings) => {
      const n = ratings[cases].length;
      const correct = ratings[cases].filter(isCorrect).length;
      return {
        value: correct / n,
        deleted: ratings[cases].map((rating) => (correct - Number(isCorrect(rating))) / (n - 1)),
      };
    },
  };
}
