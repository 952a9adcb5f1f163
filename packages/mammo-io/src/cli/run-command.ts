import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { convert } from './convert.ts';
import { info } from './info.ts';
import { phantom } from './phantom.ts';
import { preview } from './preview.ts';
import { split } from './split.ts';
import { validate } from './validate.ts';

/**
 * Runs a command of `mammo-io`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const program = {
    name: 'mammo-io',
    commands: [info, convert, preview, validate, split, phantom],
  };
  return runProgram(program, args, surroundings);
}
