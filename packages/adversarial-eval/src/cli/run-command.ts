import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { report } from './report.ts';
import { validate } from './validate.ts';

/**
 * Runs a command of `adversarial-eval`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const program = {
    name: 'adversarial-eval',
    commands: [report, validate],
  };
  return runProgram(program, args, surroundings);
}
