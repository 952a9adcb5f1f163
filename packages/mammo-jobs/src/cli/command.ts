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

/** 0: done; 1: the input has problems, or the job cannot go on; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `mammo-jobs`. */
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

/** The value of an option that must be there. */
export function required(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`--${name} must be given`);
}

/** A number of an option. */
export function numberOption(
  name: string,
  value: string | undefined,
  range: { readonly from: number; readonly whole?: boolean },
): number | undefined {
  if (value === undefined) return undefined;
  const { from, whole = true } = range;
  const number = Number(value);
  const fits = value.trim() !== '' && Number.isFinite(number) && number >= from;
  if (fits && (!whole || Number.isSafeInteger(number))) return number;
  throw new UsageError(
    `--${name} must be ${whole ? 'an integer' : 'a number'} from ${from} on, got ${value}`,
  );
}

/** An option that has few values, the first of which is meant where none is given. */
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
