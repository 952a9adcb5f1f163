const SHOWN = 200;

/** Thrown for a manifest or a cohort's table with problems; the message lists them. */
export class ManifestError extends Error {
  /** One sentence each, with its row; all of them, while the message shows the first 200. */
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const shown = problems.slice(0, SHOWN).map((problem) => `  ${problem}`);
    if (problems.length > SHOWN) shown.push(`  and ${problems.length - SHOWN} more`);
    super(`${source}: ${count}\n${shown.join('\n')}`);
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

/** The problems in the order of their rows. */
export function sortByRow(problems: readonly string[]): string[] {
  const rowOf = (problem: string): number => Number(problem.match(/row (\d+)/)?.[1] ?? 0);
  return [...problems].sort((a, b) => rowOf(a) - rowOf(b));
}
