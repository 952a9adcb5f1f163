/** Ends an example with an error unless what it claims is true. */
export function check(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`not true: ${claim}`);
  say(`true: ${claim}`);
}

/** Prints a line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
