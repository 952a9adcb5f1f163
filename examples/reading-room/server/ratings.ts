import type { Answer, Read, ReadRow } from '@mammo/reader-study-stats';
import { formatImrmc } from '@mammo/reader-study-stats/formats';
import { Refused } from './refused.ts';
import { mixedSessions } from './study-reads.ts';

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

/**
 * The mixed sessions as an `.imrmc` file, whose modalities are the sessions: for iMRMC, or any program that reads its files.
 *
 * @throws Refused listing names that the format cannot hold
 */
export function imrmcOf(reads: readonly Read[]): string {
  const sessions = mixedSessions(reads);
  const rows = ratedRows(reads.filter(({ session }) => sessions.includes(session)));
  try {
    return formatImrmc(rows, {
      ...CODING,
      description: 'Reading room: 1 real, 2 unsure, 3 not real; truth 1 is synthetic',
    });
  } catch (error) {
    throw new Refused(409, (error as Error).message);
  }
}
