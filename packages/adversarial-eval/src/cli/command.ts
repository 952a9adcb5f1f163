/** Where a command's words go. */
export interface CommandContext {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
}

/** 0: done; 1: the input has problems; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** A command of `adversarial-eval`. */
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
  range: {
    readonly from?: number;
    readonly to?: number;
    readonly whole?: boolean;
  } = {},
): number | undefined {
  if (value === undefined) return undefined;
  const { from = -Infinity, to = Infinity, whole = false } = range;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  const fits = Number.isFinite(number) && number >= from && number <= to;
  if (fits && (!whole || Number.isInteger(number))) return number;
  const bounds = from === -Infinity && to === Infinity ? '' : ` in ${from}..${to}`;
  throw new UsageError(`--${name} must be a ${whole ? 'whole ' : ''}number${bounds}, got ${value}`);
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

/** Pairs such as `malignant=positive,benign=negative`. */
export function pairsOption<Value extends string>(
  name: string,
  value: string | undefined,
  isValue: (text: string) => text is Value,
): Readonly<Record<string, Value>> | undefined {
  if (value === undefined) return undefined;
  const entries = value.split(',').map((pair) => {
    const [key = '', word = ''] = pair.split('=').map((part) => part.trim());
    if (key === '' || !isValue(word) || pair.split('=').length !== 2) {
      throw new UsageError(`--${name} must be pairs such as a=b,c=d, got ${value}`);
    }
    return [key, word] as const;
  });
  return Object.fromEntries(entries);
}

/** The one file that a command needs. */
export function onePositional(words: readonly string[], what: string): string {
  const [word] = words;
  if (word !== undefined && words.length === 1) return word;
  throw new UsageError(`${what} must be given, got ${words.length || 'nothing'}`);
}

/** JSON as people read it, with a line feed at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
