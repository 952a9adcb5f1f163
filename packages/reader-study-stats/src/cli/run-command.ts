import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { analyze } from './analyze.ts';
import { convert } from './convert.ts';
import { plan } from './plan.ts';
import { power } from './power.ts';
import { validate } from './validate.ts';

/**
 * Runs a command of `reader-study`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const program = {
    name: 'reader-study',
    commands: [analyze, validate, convert, plan, power],
  };
  return runProgram(program, args, surroundings);
}
