import type { Command, CommandContext, ExitCode } from './command.ts';
import { UsageError } from './usage-error.ts';

/** A program with commands. */
export interface Program {
  /** What is typed. */
  readonly name: string;
  readonly commands: readonly Command[];
  /** More lines of `--help`, after the list of commands. */
  readonly about?: string;
  /** What is said where Ctrl-C stopped a command; default `stopped`. */
  readonly stopped?: string;
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
  const context = { terminal: false, signal: new AbortController().signal, ...surroundings };
  const [first = '', ...rest] = args;
  const asksForHelp = ['--help', '-h', 'help'].includes(first);
  const [name, words] = asksForHelp ? [rest[0] ?? '', ['--help']] : [first, rest];
  if (asksForHelp && name === '') {
    context.out(helpOf(program));
    return 0;
  }
  const command = program.commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const problem = name === '' ? 'a command must be given' : `no command ${name}`;
    context.err(`${program.name}: ${problem}\n\n${helpOf(program)}`);
    return 2;
  }
  if (words.includes('--help') || words.includes('-h')) {
    context.out(command.help);
    return 0;
  }
  try {
    return await command.run(words, context);
  } catch (error) {
    return explain(error, { program, command, context });
  }
}

function helpOf({ name, commands, about }: Program): string {
  const widest = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(widest + 2)}${command.summary}`);
  return `Usage: ${name} COMMAND [arguments]

${list.join('\n')}
${about === undefined ? '' : `\n${about}`}
${name} COMMAND --help says more, with examples. Results go to standard output, progress and messages to
standard error. Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped by Ctrl-C.
Research software, not a medical device.
`;
}

function explain(
  error: unknown,
  { program, command, context }: { program: Program; command: Command; context: CommandContext },
): ExitCode {
  const who = `${program.name} ${command.name}`;
  if (context.signal.aborted) {
    context.err(`${who}: ${program.stopped ?? 'stopped'}\n`);
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
