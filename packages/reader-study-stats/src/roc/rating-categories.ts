import type { CellRatings } from '../mrmc/figure-of-merit.ts';

/** How many cases of each class have each rating, from the lowest up. */
export interface RatingCategories {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * The categories of the ratings, neighbours of which both hold one class only put together: that changes
 * the likelihood of a binormal curve by a constant, so continuous scores become few categories.
 *
 * @see Metz, Herman and Shen 1998, Stat Med 17:1033 (truth-state runs)
 */
export function ratingCategories({ positives, negatives }: CellRatings): RatingCategories {
  const [high, low] = [positives.slice().sort(), negatives.slice().sort()];
  const counts: { positives: number[]; negatives: number[] } = { positives: [], negatives: [] };
  let [i, j] = [0, 0];
  while (i < high.length || j < low.length) {
    const rating = Math.min(
      high[i] ?? Number.POSITIVE_INFINITY,
      low[j] ?? Number.POSITIVE_INFINITY,
    );
    const [fromI, fromJ] = [i, j];
    while (high[i] === rating) i++;
    while (low[j] === rating) j++;
    append(counts, i - fromI, j - fromJ);
  }
  return counts;
}

function append(
  counts: { readonly positives: number[]; readonly negatives: number[] },
  positives: number,
  negatives: number,
): void {
  const last = counts.positives.length - 1;
  const joins =
    last >= 0 &&
    ((positives === 0 && counts.positives[last] === 0) ||
      (negatives === 0 && counts.negatives[last] === 0));
  if (joins) {
    counts.positives[last]! += positives;
    counts.negatives[last]! += negatives;
    return;
  }
  counts.positives.push(positives);
  counts.negatives.push(negatives);
}
