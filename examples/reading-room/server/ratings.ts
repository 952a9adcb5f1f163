import type { Answer, Read, ReadRow } from '@mammo/reader-study-stats';

/** Answers as ratings of how synthetic an image looks. */
export const RATINGS: Readonly<Record<Answer, number>> = { real: 1, unsure: 2, 'not-real': 3 };

/** Which truth is to be found, and which way the ratings point. */
export const CODING = { positive: 'fake', negative: 'real', direction: 'higher' } as const;

/** Reads as rows of a study with several readers and cases, whose tests are the sessions. */
export function ratedRows(reads: readonly Read[]): readonly ReadRow[] {
  return reads.map(({ reader, session, case: id, truth, label }) => ({
    reader,
    session,
    case: id,
    truth,
    rating: RATINGS[label],
  }));
}
