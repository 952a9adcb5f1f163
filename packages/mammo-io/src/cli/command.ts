/** Where a command's words go, and what may stop it. */
export interface CommandContext {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  /** Whether someone looks at the messages as they come. */
  readonly terminal: boolean;
  readonly signal: AbortSignal;
}

/** 0: done; 1: the input has problems; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `mammo-io`. */
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
  range: { readonly from: number; readonly to?: number },
): number | undefined {
  if (value === undefined) return undefined;
  const { from, to = Number.MAX_SAFE_INTEGER } = range;
  const number = Number(value);
  if (value.trim() !== '' && Number.isSafeInteger(number) && number >= from && number <= to) {
    return number;
  }
  const bounds = range.to === undefined ? `from ${from} on` : `in ${from}..${to}`;
  throw new UsageError(`--${name} must be an integer ${bounds}, got ${value}`);
}

/** An option that has few values. */
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

/** Several words, or an error that says what they should have been. */
export function requirePositionals(
  words: readonly string[],
  { least, most, what }: { readonly least: number; readonly most: number; readonly what: string },
): readonly string[] {
  if (words.length >= least && words.length <= most) return words;
  throw new UsageError(`${what} must be given, got ${words.length || 'nothing'}`);
}
