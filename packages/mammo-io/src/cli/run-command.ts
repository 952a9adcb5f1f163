import { ManifestError } from '../manifest-error.ts';
import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { convert } from './convert.ts';
import { info } from './info.ts';
import { phantom } from './phantom.ts';
import { preview } from './preview.ts';
import { split } from './split.ts';
import { validate } from './validate.ts';

const COMMANDS: readonly Command[] = [info, convert, preview, validate, split, phantom];

const HELP = `Usage: mammo-io COMMAND [arguments]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

mammo-io COMMAND --help says more, with examples. Results go to standard output, progress and messages to
standard error. Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped by Ctrl-C.
Research software, not a medical device.
`;

/**
 * Runs a command of `mammo-io`; errors become messages.
 *
 * @param args - the words after the program's name
 */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<ExitCode | 130> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    context.out(HELP);
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const problem = name === '' ? 'a command must be given' : `no command ${name}`;
    context.err(`mammo-io: ${problem}\n\n${HELP}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    context.out(command.help);
    return 0;
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    return explain(command.name, error, context);
  }
}

function explain(command: string, error: unknown, { err, signal }: CommandContext): ExitCode | 130 {
  if (signal.aborted) {
    err(`mammo-io ${command}: stopped\n`);
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || isParseError(error)) {
    err(`mammo-io ${command}: ${message}\nmammo-io ${command} --help says more\n`);
    return 2;
  }
  const lines = error instanceof ManifestError ? error.problems.map((one) => `\n  ${one}`) : [];
  const whole = lines.length > 0 ? `${message.split('\n')[0]}${lines.join('')}` : message;
  err(`mammo-io ${command}: ${whole}\n`);
  return 1;
}

/** What `parseArgs` throws. */
function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code))
  );
}
