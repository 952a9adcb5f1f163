import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import {
  type FitPolicy,
  type ImageSet,
  type ManifestRow,
  splitByPatient,
  subset,
} from '@mammo/mammo-io';
import { createImageStore, openImageStore, preprocessFiles } from '@mammo/mammo-io/node';
import { createCadModel } from '../cad-model.ts';
import { type CadOptions, type CadPreset, cadOptions } from '../cad-options.ts';
import { type CadSchedule, cadSchedule } from '../cad-schedule.ts';
import { trainCad } from '../train-cad.ts';
import { loadVgg11 } from '../vgg11.ts';
import { ENGINE_HELP, startEngine } from './engine.ts';
import { finishModel, OPERATING_POINTS } from './finish-model.ts';
import { manifestRows } from './input-files.ts';
import { POLICIES } from './open-model.ts';
import { trainingProgress } from './training-progress.ts';

const OPTIONS = {
  out: { type: 'string' },
  seed: { type: 'string' },
  preset: { type: 'string' },
  height: { type: 'string' },
  width: { type: 'string' },
  steps: { type: 'string' },
  vgg11: { type: 'string' },
  policy: { type: 'string' },
  patience: { type: 'string' },
  threshold: { type: 'string' },
  calibration: { type: 'string' },
  name: { type: 'string' },
  data: { type: 'string' },
  licence: { type: 'string' },
  threads: { type: 'string' },
  engine: { type: 'string' },
  resume: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Trains a model on the mammograms of a manifest. */
export const train: Command = defineCommand({
  name: 'train',
  summary: 'a model from the mammograms of a manifest, with its card',
  help: `Usage: cad-classifier train MANIFEST --out FOLDER --seed N [options]

Trains on the manifest's training patients (or divides them 80/10/10), keeps the weights with the best AUC on its validation
patients, calibrates the probabilities and chooses the threshold on them. Writes cad.safetensors, card.json, history.json, and while
it trains checkpoint.safetensors. After Ctrl-C the same command with --resume goes on, to the last bit.

  --out FOLDER       required
  --seed N           required: names all that is random
  --preset small|medium|large|paper-low|paper-high   default small (96x80)
  --height N, --width N   another size
  --steps N          another length of the schedule of small, medium and large
  --vgg11 FILE       ImageNet weights of VGG11 to start from, .safetensors or .pth; paper presets need them
  --policy pad|stretch|crop|canvas   how images come to the model's size; default pad
  --patience N       stop after so many validations without a better AUC
  --threshold ${OPERATING_POINTS.join('|')}   default half
  --calibration temperature|isotonic|none   default temperature
  --name TEXT, --data TEXT, --licence TEXT   what the card says of the model, its images and its licence
  --threads N        threads that read files; default: one for each core
${ENGINE_HELP}
  --resume           go on from the checkpoint in the folder
  --json             what was trained as one JSON object

Exit code 1 if files cannot be read, or the training diverges; then the last good weights are kept.

Examples:
  cad-classifier train cohort/manifest.csv --out model --seed 1
  cad-classifier train cohort/manifest.csv --out model --seed 1 --preset paper-low --vgg11 vgg11.pth
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one manifest' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const out = requiredOption('out', values.out, 'name a folder');
  const seed = seedOption(requiredOption('seed', values.seed));
  const presets = ['small', 'medium', 'large', 'paper-low', 'paper-high'] as const;
  const preset = choiceOption('preset', values.preset, presets) ?? 'small';
  const policy = choiceOption('policy', values.policy, POLICIES) ?? 'pad';
  const threshold = choiceOption('threshold', values.threshold, OPERATING_POINTS) ?? 'half';
  const calibrations = ['temperature', 'isotonic', 'none'] as const;
  const calibration =
    choiceOption('calibration', values.calibration, calibrations) ?? 'temperature';
  const patience = integerOption('patience', values.patience, { from: 1, to: 1e6 });
  const threads = integerOption('threads', values.threads, { from: 0, to: 256 });
  const options = sizedOptions(preset, values);
  if (preset.startsWith('paper') && values.vgg11 === undefined) {
    throw new UsageError(`--vgg11 must name the weights that preset ${preset} starts from`);
  }
  const rows = await manifestRows(positionals[0]!);
  await startEngine(values.engine, context);
  const set = await readImages(rows, {
    folder: join(out, 'images'),
    options,
    policy,
    threads,
    context,
  });
  const indexOf = new Map(set.images.map(({ imageId }, index) => [imageId, index]));
  const split = splitByPatient(rows, { seed });
  const images = (['training', 'validation'] as const).map((name) =>
    subset(
      set,
      split[name].map((index) => indexOf.get(rows[index]!.imageId)!),
    ),
  );
  const [training, validation] = images as [ImageSet, ImageSet];
  const schedule = scheduleOf(
    preset,
    training,
    integerOption('steps', values.steps, { from: 1, to: 1e9 }),
  );
  const { initialiser = 'xavier' } = schedule;
  const model = createCadModel(options, { seed, initialiser });
  const checkpoint = join(out, 'checkpoint.safetensors');
  const progress = trainingProgress(context);
  try {
    if (values.vgg11 !== undefined) loadVgg11(model, await readFile(values.vgg11));
    const resumeFrom = values.resume ? await readFile(checkpoint).catch(noCheckpoint) : undefined;
    const { history, ...trained } = await trainCad(
      model,
      { training, validation },
      {
        schedule,
        seed,
        checkpointEvery: CHECKPOINT_EVERY,
        onCheckpoint: (bytes) => writeWhole(checkpoint, bytes),
        onStep: progress.show,
        ...(patience !== undefined && { patience }),
        ...(resumeFrom && { resumeFrom }),
        signal: context.signal,
      },
    ).finally(progress.end);
    await writeWhole(join(out, 'history.json'), jsonText({ ...trained, history }));
    const { card, messages } = await finishModel(model, validation, {
      out,
      policy,
      threshold,
      calibration,
      training,
      synthetic: existsSync(join(out, 'images', SYNTHETIC)),
      trained,
      words: values,
    });
    for (const message of messages) context.err(`${message}\n`);
    const results = {
      out,
      ...trained,
      operatingPoint: card.operatingPoint,
      calibration: card.calibration,
    };
    context.out(
      values.json
        ? jsonText(results)
        : `${join(out, 'cad.safetensors')}: validation AUC ${trained.bestAuc.toFixed(3)} at step ${trained.bestStep}\n`,
    );
    return 0;
  } finally {
    model.dispose();
  }
}

const CHECKPOINT_EVERY = 50;
/** Lies among the images if one of them is marked synthetic. */
const SYNTHETIC = 'SYNTHETIC';

function noCheckpoint({ code }: NodeJS.ErrnoException): undefined {
  if (code === 'ENOENT') return undefined; // interrupted before the first one
  throw new UsageError(`--resume must find a readable checkpoint, got ${code}`);
}

function sizedOptions(
  preset: CadPreset,
  { height, width }: { readonly height?: string | undefined; readonly width?: string | undefined },
): CadOptions {
  const size = (name: string, value: string | undefined) => {
    const pixels = integerOption(name, value, { from: 12, to: 8192 });
    return pixels === undefined ? {} : { [name]: pixels };
  };
  return cadOptions(preset, { ...size('height', height), ...size('width', width) });
}

function scheduleOf(
  preset: CadPreset,
  { images }: ImageSet,
  steps: number | undefined,
): CadSchedule {
  if (preset.startsWith('paper')) {
    const positives = images.filter(({ label }) => label === 'positive').length;
    const larger = Math.max(positives, images.length - positives);
    return cadSchedule('paper', { stepsPerEpoch: Math.ceil(larger / 4) });
  }
  const usual = cadSchedule('small');
  if (steps === undefined) return usual;
  return {
    ...usual,
    validateEvery: Math.max(1, Math.min(usual.validateEvery, Math.round(steps / 8))),
    phases: usual.phases.map((phase) => ({ ...phase, steps })),
  };
}

/** Brings the images of a manifest to the model's size, into a store that the next time finds. */
async function readImages(
  rows: readonly ManifestRow[],
  {
    folder,
    options,
    policy,
    threads,
    context,
  }: {
    readonly folder: string;
    readonly options: CadOptions;
    readonly policy: FitPolicy;
    readonly threads: number | undefined;
    readonly context: CommandContext;
  },
): Promise<ImageSet> {
  const { height, width } = options;
  const fingerprint = JSON.stringify({
    policy,
    images: rows.map(({ imageId, path }) => [imageId, path]),
  });
  const writer = await createImageStore(folder, { height, width, fingerprint });
  const problems: string[] = [];
  const progress = startProgress(context, { what: 'read', total: rows.length });
  try {
    const stored = new Set(writer.images.map(({ imageId }) => imageId));
    const stream = preprocessFiles(
      rows.filter(({ imageId }) => !stored.has(imageId)),
      {
        height,
        width,
        policy,
        chestWall: 'by-side',
        ...(threads !== undefined && { threads }),
        signal: context.signal,
        onError: ({ message }) => problems.push(message),
      },
    );
    for await (const { file, image } of stream) {
      const { imageId, patientId, laterality, view, label } = file;
      if (image.synthetic) await writeWhole(join(folder, SYNTHETIC), '');
      await writer.append({ imageId, patientId, laterality, view, label }, image.pixels);
      progress.add();
    }
  } finally {
    progress.end();
    await writer.close();
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return openImageStore(folder);
}
