import type { Read } from '@mammo/reader-study-stats';

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

/** The first and the last of the mixed sessions, if there are two and a reader has read in both. */
export function comparedSessions(
  reads: readonly Read[],
): { readonly from: string; readonly to: string } | undefined {
  const mixed = mixedSessions(reads);
  const [from, to] = [mixed[0], mixed.at(-1)];
  if (from === undefined || to === undefined || from === to) return undefined;
  const readersOf = (session: string, truth: Read['truth']) =>
    new Set(
      reads
        .filter((read) => read.session === session && read.truth === truth)
        .map(({ reader }) => reader),
    );
  const isCompared = (['real', 'fake'] as const).some((truth) =>
    [...readersOf(from, truth)].some((reader) => readersOf(to, truth).has(reader)),
  );
  return isCompared ? { from, to } : undefined;
}
