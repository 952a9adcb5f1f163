import { randomStream } from '@mammo/mammo-io';

type Random = ReturnType<typeof randomStream>;

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /** Does it; false if there was nothing to do it to at the moment, and another is drawn. */
  readonly strike: (random: Random) => Promise<boolean>;
}

/** How often each fault struck. */
export type FaultCounts = Readonly<Record<string, number>>;

/** Time between two faults. */
const SHORTEST_MS = 50;
const LONGEST_MS = 500;

/**
 * Strikes with random faults, one after the other, until there were enough or the target is done.
 *
 * @param options - `round` continues the random numbers where the faults of earlier rounds ended
 */
export async function strike(
  faults: readonly Fault[],
  options: {
    readonly seed: number;
    readonly count: number;
    readonly round: number;
    readonly isDone: () => boolean;
  },
): Promise<FaultCounts> {
  const random = randomStream(options.seed, 'faults', options.round);
  const counts: Record<string, number> = {};
  for (let struck = 0; struck < options.count && !options.isDone(); ) {
    await pause(SHORTEST_MS + random.integer(LONGEST_MS - SHORTEST_MS));
    if (options.isDone()) break;
    const fault = faults[random.integer(faults.length)]!;
    if (!(await fault.strike(random))) continue;
    counts[fault.name] = (counts[fault.name] ?? 0) + 1;
    struck += 1;
  }
  return counts;
}

/** Counts of two rounds together. */
export function addCounts(one: FaultCounts, other: FaultCounts): FaultCounts {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/** Number of faults. */
export function totalOf(counts: FaultCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
