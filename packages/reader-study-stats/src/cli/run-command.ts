import { StudyConfigError } from '../analysis/study-config.ts';
import { ReadsError } from '../reads.ts';
import { analyze } from './analyze.ts';
import { type Command, type CommandContext, type ExitCode, UsageError } from './command.ts';
import { convert } from './convert.ts';
import { plan } from './plan.ts';
import { power } from './power.ts';
import { validate } from './validate.ts';

const COMMANDS: readonly Command[] = [analyze, validate, convert, plan, power];

const HELP = `Usage: reader-study COMMAND [arguments]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}

reader-study COMMAND --help says more, with examples. Results go to standard output, messages to standard error.
Exit codes: 0 done, 1 the input has problems, 2 wrong usage. Research software, not a medical device.
`;

/**
 * Runs a command of `reader-study`; errors become messages.
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
    context.err(`reader-study: ${problem}\n\n${HELP}`);
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
    err(`reader-study ${command}: ${message}\nreader-study ${command} --help says more\n`);
    return 2;
  }
  const isOurs =
    error instanceof ReadsError ||
    error instanceof StudyConfigError ||
    error instanceof RangeError ||
    (error instanceof Error && 'code' in error);
  if (!isOurs) throw error;
  err(`reader-study ${command}: ${message}\n`);
  return 1;
}

/** What `parseArgs` throws. */
function isParseError(error: unknown): boolean {
  return (
    error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code))
  );
}
