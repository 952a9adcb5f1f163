import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  type Command,
  type CommandContext,
  choiceOption,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  requiredOption,
  seedOption,
  startProgress,
  writeWhole,
} from '@mammo/command-line';
import type { DrawTask } from '../draw-patient-files.ts';
import { mapFiles } from '../file-tasks.ts';
import { formatManifest } from '../manifest.ts';
import type { ManifestRow } from '../manifest-row.ts';
import { phantomCohort } from '../phantom/cohort.ts';
import type { PhantomOptions } from '../phantom/options.ts';

const OPTIONS = {
  seed: { type: 'string' },
  patients: { type: 'string' },
  positive: { type: 'string' },
  height: { type: 'string' },
  width: { type: 'string' },
  format: { type: 'string' },
  masks: { type: 'boolean' },
  twins: { type: 'boolean' },
  threads: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Writes a synthetic cohort. */
export const phantom: Command = defineCommand({
  name: 'phantom',
  summary: 'a synthetic cohort as PNG or DICOM files with a manifest',
  help: `Usage: mammo-io phantom FOLDER --seed N [options]

Draws mammograms that show no one and writes them with manifest.csv into the folder. All are marked synthetic.
The same seed and options give the same pixels.

  --seed N               names the cohort; required
  --patients N           default 20
  --positive PERCENT     share of patients with a cancer, default 30
  --height N, --width N  default 1728 and 1408; 240 mm are as high as the image
  --format png|dicom     16 bits each; default png
  --masks                also the lesions' masks, in masks/
  --twins                also the images without their lesions, in twins/
  --threads N            default: one for each core
  --json                 what was written

Examples:
  mammo-io phantom cohort --seed 1 --patients 10 --height 432 --width 352
  mammo-io phantom cohort --seed 1 --format dicom --masks --twins
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one folder' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [folder = ''] = positionals;
  const seed = seedOption(requiredOption('seed', values.seed));
  const options: PhantomOptions = {
    seed,
    height: integerOption('height', values.height, { from: 16, to: 8192 }) ?? 1728,
    width: integerOption('width', values.width, { from: 16, to: 8192 }) ?? 1408,
    patients: integerOption('patients', values.patients, { from: 1, to: 1e6 }) ?? 20,
    positiveShare: (integerOption('positive', values.positive, { from: 0, to: 100 }) ?? 30) / 100,
  };
  const threads =
    integerOption('threads', values.threads, { from: 0, to: 256 }) ?? availableParallelism();
  const format = choiceOption('format', values.format, ['png', 'dicom']) ?? 'png';
  const { masks = false, twins = false } = values;
  const plan = phantomCohort(options);
  const tasks = plan.patients.map(
    (_, patient): DrawTask => ({
      kind: 'draw',
      plan: options,
      patient,
      folder,
      format,
      masks,
      twins,
    }),
  );
  const rows: ManifestRow[] = [];
  const progress = startProgress(context, { what: 'phantom', total: tasks.length });
  try {
    const prefetch = Math.max(2, 2 * threads);
    for await (const outcome of mapFiles(tasks, { threads, prefetch, signal: context.signal })) {
      if ('error' in outcome) throw outcome.error;
      const { images } = plan.patients[outcome.task.patient]!;
      const { paths } = outcome.result;
      rows.push(
        ...images.map((image, i) => ({ ...image, path: paths[i]!, row: rows.length + i + 2 })),
      );
      progress.add();
    }
  } finally {
    progress.end();
  }
  const manifest = join(folder, 'manifest.csv');
  await writeWhole(manifest, formatManifest(rows));
  const written = { manifest, images: rows.length, patients: tasks.length, seed, format };
  if (values.json) context.out(jsonText(written));
  else context.out(`${manifest}: ${rows.length} images of ${tasks.length} patients\n`);
  return 0;
}
