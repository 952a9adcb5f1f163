import { type ExitCode, runProgram, type Surroundings } from '@mammo/command-line';
import { attackCommand } from './attack-command.ts';
import { preprocessCommand } from './preprocess-command.ts';
import { scoreCommand } from './score-command.ts';
import { workerCommand } from './worker-command.ts';

/**
 * Runs a command of `mammo-jobs`.
 *
 * @param args - the words after the program's name
 */
export function runCommand(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const program = {
    name: 'mammo-jobs',
    commands: [scoreCommand, attackCommand, preprocessCommand, workerCommand],
    about: `The same command again goes on where it was stopped, by Ctrl-C, kill -9 or a power cut; fakes are always marked synthetic.
`,
    stopped: 'stopped; the same command goes on',
  };
  return runProgram(program, args, surroundings);
}
