/** Where a command's words go, and what may stop it. */
export interface CommandContext {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/** 0: done; 1: the input has problems; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `cad-classifier`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`. */
  readonly help: string;
  readonly run: (args: readonly string[], context: CommandContext) => Promise<ExitCode>;
}

/** Thrown for arguments that make no sense: exit code 2. */
export class UsageError extends Error {}

/** A whole number of an option. */
export function integerOption(
  name: string,
  value: string | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  if (value === undefined) return undefined;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isSafeInteger(number) && number >= from && number <= to) return number;
  throw new UsageError(`--${name} must be an integer in ${from}..${to}, got ${value}`);
}

/** An option that has few values, the first being the default. */
export function choiceOption<Choice extends string>(
  name: string,
  value: string | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (value === undefined) return choices[0];
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  throw new UsageError(`--${name} must be ${choices.join(' or ')}, got ${value}`);
}

/** An option that must be there. */
export function requiredOption(name: string, value: string | undefined, what: string): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`--${name} must ${what}`);
}
