import type { Read } from '../reads.ts';

/** Time that one reader spent in one session. */
export interface ReadingTime {
  /** Whose times, as {@link Read} names the reader. */
  readonly reader: string;
  /** In which session, as {@link Read} names it. */
  readonly session: string;
  /** Answers with a time. */
  readonly timed: number;
  /** Answers without one. */
  readonly untimed: number;
  /** Sum over the answers with a time. */
  readonly totalMinutes: number;
  /** Median per image; of an even number, the mean of the middle two. */
  readonly medianSeconds: number;
  /** Geometric mean; null if a time is 0. */
  readonly geometricMeanSeconds: number | null;
  /** true if any answer of the session is simulated, timed or not. */
  readonly simulated: boolean;
}

/**
 * Reading time per reader and session, in the order in which they first occur. Sessions without any
 * time are left out.
 * @example
 * ```ts
 * readingTimes(reads)[0]?.medianSeconds;
 * ```
 */
export function readingTimes(reads: readonly Read[]): readonly ReadingTime[] {
  const groups = new Map<string, Read[]>();
  for (const read of reads) {
    const key = JSON.stringify([read.reader, read.session]);
    groups.set(key, [...(groups.get(key) ?? []), read]);
  }
  return [...groups.values()].flatMap((group) => {
    const seconds = group.flatMap((read) => read.seconds ?? []).sort((a, b) => a - b);
    if (seconds.length === 0) return [];
    const middle = seconds.length >> 1;
    const logs = seconds.reduce((sum, value) => sum + Math.log(value), 0);
    return {
      reader: group[0]!.reader,
      session: group[0]!.session,
      timed: seconds.length,
      untimed: group.length - seconds.length,
      totalMinutes: seconds.reduce((sum, value) => sum + value, 0) / 60,
      medianSeconds:
        seconds.length % 2 ? seconds[middle]! : (seconds[middle - 1]! + seconds[middle]!) / 2,
      geometricMeanSeconds: seconds[0] === 0 ? null : Math.exp(logs / seconds.length),
      simulated: group.some((read) => read.simulated),
    };
  });
}
