import type { Answer, Read } from '../reads.ts';
import { answerScore, type UnsurePolicy } from './accuracy.ts';

/** Ratings of the policy 'ordinal': how sure an answer is that an image is not real. */
export const ORDINAL_RATINGS: Readonly<Record<Answer, number>> = {
  real: 1,
  unsure: 2,
  'not-real': 3,
};

/** An answer with its score. */
export interface ScoredRead extends Read {
  /** In {0, ½, 1}, 1 is right; with 'ordinal' 1, 2 or 3, where higher is surer that the image is not real. */
  readonly score: number;
}

/**
 * Answers with their scores under a policy for "unsure": 'incorrect', 'half' and 'exclude' give 1 for a
 * right answer, 0 for a wrong one, and 0, ½ or nothing (the answer is left out) for "unsure"; 'ordinal'
 * gives the rating real 1 < unsure 2 < not real 3, whatever the truth is, for areas under ROC curves and
 * for MRMC analyses. There is no default. Other columns stay, so that the rows go into `gee` and `glmm`
 * as they are, and, with `labels: ORDINAL_RATINGS`, unscored reads into `arrangeReads`.
 *
 * @throws RangeError if the policy is unknown
 * @example
 * ```ts
 * gee(scoreReads(reads, { unsure: 'incorrect' }), { response: 'score', terms: ['session'], cluster: 'case', correlation: 'independence', correction: 'none' });
 * ```
 */
export function scoreReads(
  reads: readonly Read[],
  options: { readonly unsure: UnsurePolicy },
): readonly ScoredRead[] {
  const { unsure } = options;
  return reads.flatMap((read) => {
    const score = unsure === 'ordinal' ? ORDINAL_RATINGS[read.label] : answerScore(read, unsure);
    return score === null ? [] : { ...read, score };
  });
}
