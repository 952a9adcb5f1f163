import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/** Where a command's words go, and what may stop it. */
export interface CommandContext {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  /** Whether someone looks at the messages as they come. */
  readonly terminal: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** 0: done; 1: the input has problems, or a check failed; 2: wrong usage; 130: stopped by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130;

/** A command of a program. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The text of `--help`, with examples. */
  readonly help: string;
  readonly run: (args: readonly string[], context: CommandContext) => Promise<ExitCode>;
}

/** Options as `parseArgs` of node:util takes them. */
export type CommandOptions = NonNullable<ParseArgsConfig['options']>;

/** What was given to a command. */
export interface Given<Options extends CommandOptions> {
  readonly values: ReturnType<
    typeof parseArgs<{ options: Options; allowPositionals: true }>
  >['values'];
  readonly positionals: readonly string[];
}

/** How many words a command takes beside its options. */
export interface Positionals {
  readonly least: number;
  /** Any number where it is left out. */
  readonly most?: number;
  /** For the message: `one manifest`. */
  readonly what: string;
}

/** A command whose arguments are read for it. */
export interface CommandDefinition<Options extends CommandOptions> extends Omit<Command, 'run'> {
  readonly options: Options;
  /** No words are taken where it is left out. */
  readonly positionals?: Positionals;
  readonly run: (given: Given<Options>, context: CommandContext) => Promise<ExitCode>;
}

/** Makes a command that reads its arguments: what it does not know, and words too many or too few, are wrong usage. */
export function defineCommand<const Options extends CommandOptions>({
  options,
  positionals: expected,
  run,
  ...named
}: CommandDefinition<Options>): Command {
  return {
    ...named,
    run: (args, context) => {
      const { values, positionals } = readArguments(args, options, expected !== undefined);
      if (expected !== undefined) checkPositionals(positionals, expected);
      return run({ values, positionals }, context);
    },
  };
}

function readArguments<Options extends CommandOptions>(
  args: readonly string[],
  options: Options,
  allowPositionals: boolean,
): Given<Options> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals }) as Given<Options>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function checkPositionals(
  words: readonly string[],
  { least, most = Number.POSITIVE_INFINITY, what }: Positionals,
): void {
  if (words.length >= least && words.length <= most) return;
  throw new UsageError(`${what} must be given, got ${words.length || 'nothing'}`);
}
