import { type Command, defineCommand, integerOption, requiredOption } from '@mammo/command-line';
import type { PreprocessSettings } from '../operations/preprocess.ts';
import { JOB_HELP, JOB_OPTIONS, readingOf } from './job-options.ts';
import { runArchiveJob } from './run-archive-job.ts';

/** `mammo-jobs preprocess`. */
export const preprocessCommand: Command = defineCommand({
  name: 'preprocess',
  summary: 'every image of a cohort at one size, as 16-bit PNG',
  help: `Usage: mammo-jobs preprocess --cohort manifest.csv --height H --width W --out DIR

Reads every image, brings it to one size, and keeps it as 16-bit PNG (DIR/images); DIR/results.jsonl says which is which.
Synthetic images stay marked.

  --height H, --width W  the size
${JOB_HELP}

Example:
  mammo-jobs preprocess --cohort cohort/manifest.csv --height 1728 --width 1408 --out resized
`,
  options: { ...JOB_OPTIONS, height: { type: 'string' }, width: { type: 'string' } },
  run: async ({ values }, context) => {
    const side = (name: 'height' | 'width'): number =>
      integerOption(name, requiredOption(name, values[name]), { from: 1 }) ?? 1;
    const settings = async (): Promise<PreprocessSettings> => ({
      reading: { ...readingOf(values), height: side('height'), width: side('width') },
    });
    return runArchiveJob('preprocess', values, { context, settings });
  },
});
