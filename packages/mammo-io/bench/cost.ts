/** Time of one run. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What a job takes, all threads of this process counted. */
export async function costOf(job: () => unknown): Promise<Cost> {
  const started = performance.now();
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
}

/** The medians of both times. */
export function medianCost(costs: readonly Cost[]): Cost {
  const middle = (key: keyof Cost): number =>
    costs.map((one) => one[key]).sort((a, b) => a - b)[costs.length >> 1]!;
  return { wallMs: middle('wallMs'), cpuMs: middle('cpuMs') };
}
