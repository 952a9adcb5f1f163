import { PairedRecordError } from '../paired-record.ts';
import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { report } from './report.ts';
import { ResultsError } from './results-file.ts';
import { validate } from './validate.ts';

const COMMANDS: readonly Command[] = [report, validate];

const HELP = `Usage: adversarial-eval COMMAND [arguments]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

adversarial-eval COMMAND --help says more, with examples. Results go to standard output, messages to standard error.
Exit codes: 0 done, 1 the input has problems, 2 wrong usage. Research software, not a medical device.
`;

/**
 * Runs a command of `adversarial-eval`; errors become messages.
 *
 * @param args the words after the program's name
 */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    context.out(HELP);
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const problem = name === '' ? 'a command must be given' : `no command ${name}`;
    context.err(`adversarial-eval: ${problem}\n\n${HELP}`);
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

function explain(command: string, error: unknown, { err }: CommandContext): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError || isParseError(error)) {
    err(`adversarial-eval ${command}: ${message}\nadversarial-eval ${command} --help says more\n`);
    return 2;
  }
  const isExpected =
    error instanceof PairedRecordError ||
    error instanceof ResultsError ||
    error instanceof RangeError ||
    (error instanceof Error && 'code' in error);
  if (!isExpected) throw error;
  err(`adversarial-eval ${command}: ${message}\n`);
  return 1;
}

/** What `parseArgs` throws. */
function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code))
  );
}
