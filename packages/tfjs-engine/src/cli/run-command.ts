import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { chooseCommand } from './choose-command.ts';
import { setupCommand } from './setup-command.ts';

/**
 * Runs a command of `tfjs-engine`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  return runProgram(
    { name: 'tfjs-engine', commands: [chooseCommand, setupCommand] },
    args,
    surroundings,
  );
}
