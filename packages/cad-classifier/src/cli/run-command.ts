import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { heatmap } from './heatmap.ts';
import { scoreFiles } from './score-files.ts';
import { train } from './train.ts';

const COMMANDS: readonly Command[] = [train, scoreFiles, heatmap];

const HELP = `Usage: cad-classifier COMMAND [arguments]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

cad-classifier COMMAND --help says more, with examples. Results go to standard output, progress and messages to
standard error. Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped by Ctrl-C.
Research software, not a medical device.
`;

/**
 * Runs a command of `cad-classifier`; errors become messages.
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
    context.err(`cad-classifier: ${problem}\n\n${HELP}`);
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
    err(`cad-classifier ${command}: stopped\n`);
    return 130;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || isParseError(error)) {
    err(`cad-classifier ${command}: ${message}\ncad-classifier ${command} --help says more\n`);
    return 2;
  }
  err(`cad-classifier ${command}: ${message}\n`);
  return 1;
}

/** What `parseArgs` throws. */
function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code))
  );
}
