import { type Command, defineCommand } from '@mammo/command-line';
import type { ScoreSettings } from '../operations/score.ts';
import {
  ENGINE_HELP,
  ENGINE_OPTIONS,
  engineOf,
  JOB_HELP,
  JOB_OPTIONS,
  readingOf,
  weightsFile,
} from './job-options.ts';
import { runArchiveJob } from './run-archive-job.ts';

/** `mammo-jobs score`. */
export const scoreCommand: Command = defineCommand({
  name: 'score',
  summary: 'p(cancer) of every image of a cohort',
  help: `Usage: mammo-jobs score --cohort manifest.csv --model cad.safetensors --out DIR

Scores every image: DIR/results.jsonl has a line for each, in the manifest's order; images that cannot be read are in
DIR/quarantine.jsonl with the reason.

  --model F              the classifier's weights (cad-classifier, or PyTorch's in safetensors)
${JOB_HELP}
${ENGINE_HELP}

Examples:
  mammo-jobs score --cohort cohort/manifest.csv --model cad.safetensors --out scores
  mammo-jobs score --cohort /archive/manifest.csv --model cad.safetensors --out /archive/scores --redis redis://queue:6379
`,
  options: { ...JOB_OPTIONS, ...ENGINE_OPTIONS, model: { type: 'string' } },
  run: async ({ values }, context) => {
    const settings = async (): Promise<ScoreSettings> => ({
      ...engineOf(values),
      model: await weightsFile('model', values.model),
      reading: readingOf(values),
    });
    return runArchiveJob('score', values, { context, settings });
  },
});
