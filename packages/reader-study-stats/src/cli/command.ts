/** Where a command's words go. */
export interface CommandContext {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
}

/** 0: done; 1: the input has problems; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `reader-study`. */
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

/** A number of an option. */
export function numberOption(
  name: string,
  value: string | undefined,
  {
    from,
    to,
    whole = false,
  }: { readonly from: number; readonly to: number; readonly whole?: boolean },
): number | undefined {
  if (value === undefined) return undefined;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= from && number <= to && (!whole || Number.isInteger(number))) return number;
  const what = whole ? 'a whole number' : 'a number';
  throw new UsageError(`--${name} must be ${what} in ${from}..${to}, got ${value}`);
}

/** An option that has few values. */
export function choiceOption<Choice extends string>(
  name: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const chosen = choices.find((choice) => choice === value);
  if (value === undefined || chosen !== undefined) return chosen;
  throw new UsageError(`--${name} must be ${choices.join(' or ')}, got ${value}`);
}

/** The one word that a command needs. */
export function onePositional(words: readonly string[], what: string): string {
  const [word] = words;
  if (word !== undefined && words.length === 1) return word;
  throw new UsageError(`${what} must be given, got ${words.length || 'nothing'}`);
}

/** JSON as people read it, with a line feed at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
