import type { Command, CommandContext, ExitCode } from './command.ts';
import { UsageError } from './usage-error.ts';

/** A program with commands. */
export interface Program {
  /** What is typed. */
  readonly name: string;
  readonly commands: readonly Command[];
  /** The command that is meant where none is named; by default one must be. */
  readonly usual?: string;
  /** More lines of `--help`, after the list of commands. */
  readonly about?: string;
  /** What is said where Ctrl-C stopped a command; default `stopped`. */
  readonly stopped?: string;
}

/** A program that is one command, such as a script of `npm run`. */
export interface SingleProgram extends Pick<Program, 'stopped'> {
  /** Its name is what is typed. */
  readonly command: Command;
}

/** Where words go; without a terminal and a signal unless they are given. */
export type Surroundings = Pick<CommandContext, 'out' | 'err'> & Partial<CommandContext>;

/**
 * Runs a command of a program; errors become sentences on standard error, never stacks.
 *
 * @param args - the words after the program's name
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { name: typed, commands, usual, stopped } = program;
  const [first = '', ...rest] = args;
  const asksForHelp = ['--help', '-h', 'help'].includes(first);
  const isUnnamed = !asksForHelp && /^(-|$)/.test(first);
  if (asksForHelp && rest.length === 0) {
    surroundings.out(helpOf(program));
    return 0;
  }
  const meant = isUnnamed && usual !== undefined ? [usual, ...args] : args;
  const [name = '', ...words] = asksForHelp ? [...rest, '--help'] : meant;
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const problem = name === '' ? 'a command must be given' : `no command ${name}`;
    surroundings.err(`${typed}: ${problem}\n\n${helpOf(program)}`);
    return 2;
  }
  return run(words, { command, who: `${typed} ${name}`, stopped, surroundings });
}

/** {@link runProgram} where there is only one command. */
export function runSingle(
  { command, stopped }: SingleProgram,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  return run(args, { command, who: command.name, stopped, surroundings });
}

interface Run {
  readonly command: Command;
  /** What the user typed, for the messages. */
  readonly who: string;
  readonly stopped: string | undefined;
  readonly surroundings: Surroundings;
}

async function run(words: readonly string[], { surroundings, ...asked }: Run): Promise<ExitCode> {
  const context = { terminal: false, signal: new AbortController().signal, ...surroundings };
  if (words.includes('--help') || words.includes('-h')) {
    context.out(asked.command.help);
    return 0;
  }
  try {
    return await asked.command.run(words, context);
  } catch (error) {
    return explain(error, { ...asked, context });
  }
}

function helpOf({ name, commands, usual, about }: Program): string {
  const widest = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(widest + 2)}${command.summary}`);
  return `Usage: ${name} ${usual === undefined ? 'COMMAND' : '[COMMAND]'} [arguments]

${list.join('\n')}
${about === undefined ? '' : `\n${about}`}
${name} COMMAND --help says more, with examples. Results go to standard output, progress and messages to
standard error. Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped by Ctrl-C.
Research software, not a medical device.
`;
}

function explain(
  error: unknown,
  { who, stopped, context }: Pick<Run, 'who' | 'stopped'> & { readonly context: CommandContext },
): ExitCode {
  if (context.signal.aborted) {
    context.err(`${who}: ${stopped ?? 'stopped'}\n`);
    return 130;
  }
  if (error instanceof UsageError) {
    context.err(`${who}: ${error.message}\n${who} --help says more\n`);
    return 2;
  }
  context.err(`${who}: ${messageOf(error)}\n`);
  return 1;
}

/** The sentence of an error; all of its problems, where it lists them and its message only the first. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { problems } = error as { readonly problems?: unknown };
  const isList = Array.isArray(problems) && problems.every((one) => typeof one === 'string');
  if (!isList || problems.length === 0) return error.message;
  return [error.message.split('\n')[0], ...problems].join('\n  ');
}
