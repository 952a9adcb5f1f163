import { availableParallelism } from 'node:os';
import { type Command, runSingle, startProgram } from '@mammo/command-line';
import { HELP, parseStudyOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { runStudy } from './run-study.ts';

const command: Command = {
  name: 'npm run study --',
  summary: 'the study of Zhou et al. on this machine',
  help: HELP,
  run: async (args, { out, signal }) => {
    const progress = createProgress();
    signal.addEventListener('abort', () => {
      progress.line('stopping after this step (Ctrl-C again: at once) …');
    });
    const options = parseStudyOptions(args);
    const { out: folder } = await runStudy(options, {
      progress,
      signal,
      cores: availableParallelism(),
    });
    out(`\nreport:  ${folder}/report.html\nnumbers: ${folder}/results.json\n`);
    return 0;
  },
};

startProgram(
  (args, surroundings) =>
    runSingle(
      { command, stopped: 'stopped; go on with the same command and --resume' },
      args,
      surroundings,
    ),
  { stop: 'commands' },
);
