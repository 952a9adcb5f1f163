import type { Read } from '@mammo/reader-study-stats';

/** What "unsure" counts as in shares of right answers; the ROC section takes it as the middle of three ratings. */
export const UNSURE = 'incorrect';

/** The values of a column, each once, in the order in which they first occur. */
export function distinct(reads: readonly Read[], column: 'reader' | 'session'): readonly string[] {
  return [...new Set(reads.map((read) => read[column]))];
}

/** Sessions in which readers saw both real and synthetic images. */
export function mixedSessions(reads: readonly Read[]): readonly string[] {
  return distinct(reads, 'session').filter((session) =>
    (['real', 'fake'] as const).every((truth) =>
      reads.some((read) => read.session === session && read.truth === truth),
    ),
  );
}
