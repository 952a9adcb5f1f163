import { type Command, defineCommand } from '@mammo/command-line';
import type { AttackSettings } from '../operations/attack.ts';
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

/** `mammo-jobs attack`. */
export const attackCommand: Command = defineCommand({
  name: 'attack',
  summary: 'a fake of every image of a cohort, and both scores',
  help: `Usage: mammo-jobs attack --cohort manifest.csv --model cad.safetensors --remove g.safetensors --insert h.safetensors --out DIR

Makes a fake of every image, kept as 16-bit PNG marked synthetic (DIR/images), and scores both. DIR/results.jsonl has the
pairs that adversarial-eval reads; images that cannot be read are in DIR/quarantine.jsonl with the reason.

  --model F              the attacked classifier's weights
  --remove F             weights of the generator that removes cancer, for positive images
  --insert F             weights of the generator that inserts cancer, for negative images
  --attack-id NAME       the attack's name in the records (default gan)
${JOB_HELP}
${ENGINE_HELP}

Example:
  mammo-jobs attack --cohort cohort/manifest.csv --model cad.safetensors --remove r.safetensors --insert i.safetensors --out attack
  adversarial-eval report attack/results.jsonl --out report
`,
  options: {
    ...JOB_OPTIONS,
    ...ENGINE_OPTIONS,
    model: { type: 'string' },
    remove: { type: 'string' },
    insert: { type: 'string' },
    'attack-id': { type: 'string' },
  },
  run: async ({ values }, context) => {
    const settings = async (): Promise<AttackSettings> => ({
      ...engineOf(values),
      model: await weightsFile('model', values.model),
      remove: await weightsFile('remove', values.remove),
      insert: await weightsFile('insert', values.insert),
      attackId: values['attack-id'] ?? 'gan',
      reading: readingOf(values),
    });
    return runArchiveJob('attack', values, { context, settings });
  },
});
