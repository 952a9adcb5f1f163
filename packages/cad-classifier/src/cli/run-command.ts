import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { heatmap } from './heatmap.ts';
import { scoreFiles } from './score-files.ts';
import { train } from './train.ts';

/**
 * Runs a command of `cad-classifier`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const program = {
    name: 'cad-classifier',
    commands: [train, scoreFiles, heatmap],
  };
  return runProgram(program, args, surroundings);
}
