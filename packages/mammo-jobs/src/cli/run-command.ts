import { ManifestError } from '@mammo/mammo-io';
import { attackCommand } from './attack-command.ts';
import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { preprocessCommand } from './preprocess-command.ts';
import { scoreCommand } from './score-command.ts';
import { workerCommand } from './worker-command.ts';

const COMMANDS: readonly Command[] = [
  scoreCommand,
  attackCommand,
  preprocessCommand,
  workerCommand,
];

const HELP = `Usage: mammo-jobs COMMAND [arguments]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}

The same command again goes on where it was stopped, by Ctrl-C, kill -9 or a power cut.
mammo-jobs COMMAND --help says more, with examples. Results go to standard output, progress and messages to
standard error. Exit codes: 0 done, 1 the input has problems or the job cannot go on, 2 wrong usage, 130 stopped by Ctrl-C.
Research software, not a medical device; fakes are always marked synthetic.
`;

/**
 * Runs a command of `mammo-jobs`; errors become messages.
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
    context.err(`mammo-jobs: ${problem}\n\n${HELP}`);
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
    err(`mammo-jobs ${command}: stopped; the same command goes on\n`);
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || isParseError(error)) {
    err(`mammo-jobs ${command}: ${message}\nmammo-jobs ${command} --help says more\n`);
    return 2;
  }
  const lines = error instanceof ManifestError ? error.problems.map((one) => `\n  ${one}`) : [];
  const whole = lines.length > 0 ? `${message.split('\n')[0]}${lines.join('')}` : message;
  err(`mammo-jobs ${command}: ${whole}\n`);
  return 1;
}

/** What `parseArgs` throws. */
function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code))
  );
}
