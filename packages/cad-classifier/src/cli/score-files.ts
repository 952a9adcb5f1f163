import {
  type Command,
  type CommandContext,
  choiceOption,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  startProgress,
} from '@mammo/command-line';
import { aggregateScores } from '../aggregate-scores.ts';
import { type CadDecision, decide } from '../carded-cad.ts';
import { inputWarnings, type PixelSummary } from '../input-check.ts';
import { scoreWithPixels } from '../score.ts';
import { ENGINE_HELP, startEngine } from './engine.ts';
import { imageChunks } from './image-chunks.ts';
import { areRows, type InputFile, inputFiles } from './input-files.ts';
import { type OpenedModel, openModel } from './open-model.ts';

const OPTIONS = {
  card: { type: 'string' },
  policy: { type: 'string' },
  views: { type: 'string' },
  breasts: { type: 'string' },
  batch: { type: 'string' },
  threads: { type: 'string' },
  engine: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Scores mammograms. */
export const scoreFiles: Command = defineCommand({
  name: 'score',
  summary: 'probabilities of cancer for files, and with a manifest for breasts and examinations',
  help: `Usage: cad-classifier score WEIGHTS FILE|FOLDER|MANIFEST... [options]

Says for each DICOM, PNG, PGM or TIFF file the margin z0 - z1, the probability of cancer (calibrated, where the model's
card has a calibration), and whether it is above the card's threshold (0.5 without a card). With a manifest it says the
same of breasts and examinations. The card is card.json beside the weights, unless another one is named.

  --card FILE               the model's card
  --policy pad|stretch|crop|canvas   how images come to the model's size; default: as the card says, else pad
  --views mean|max          from the views of a breast to the breast
  --breasts max|mean        from the breasts to the examination
  --batch N                 images at once; default 16
  --threads N               threads that read files; default: one for each core
${ENGINE_HELP}
  --json                    one JSON object

Exit code 1 if a file cannot be read; the others are scored.

Examples:
  cad-classifier score model/cad.safetensors scan.dcm
  cad-classifier score model/cad.safetensors cohort/manifest.csv --views max --json > scores.json
`,
  options: OPTIONS,
  positionals: { least: 2, what: 'weights, and files or folders,' },
  run,
});

/** What is said of a file. */
interface ScoredFile extends Partial<CadDecision> {
  readonly path: string;
  readonly synthetic?: boolean;
  readonly warnings?: readonly string[];
  readonly error?: string;
}

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const views = choiceOption('views', values.views, ['mean', 'max']) ?? 'mean';
  const breasts = choiceOption('breasts', values.breasts, ['max', 'mean']) ?? 'max';
  const batch = integerOption('batch', values.batch, { from: 1, to: 4096 }) ?? 16;
  const threads = integerOption('threads', values.threads, { from: 0, to: 256 });
  const [weights = '', ...names] = positionals;
  const files = await inputFiles(names);
  await startEngine(values.engine, context);
  const opened = await openModel(weights, values);
  try {
    const { scored, warnings } = await scoreAll(files, opened, { batch, threads, context });
    const exams = areRows(files) ? examsOf(files, scored, { views, breasts }) : undefined;
    const { card } = opened;
    const threshold = card?.operatingPoint.threshold ?? 0.5;
    const results = {
      model: card ? { name: card.name, licence: card.licence, limits: card.limits } : null,
      threshold,
      calibrated: Boolean(card?.calibration),
      warnings,
      images: scored,
      ...(exams && { exams }),
    };
    for (const warning of warnings) context.err(`warning: ${warning}\n`);
    context.out(values.json ? jsonText(results) : textOf(scored, exams));
    return scored.some(({ error }) => error !== undefined) ? 1 : 0;
  } finally {
    opened.model.dispose();
  }
}

async function scoreAll(
  files: readonly InputFile[],
  opened: OpenedModel,
  options: {
    readonly batch: number;
    readonly threads: number | undefined;
    readonly context: CommandContext;
  },
): Promise<{ readonly scored: readonly ScoredFile[]; readonly warnings: readonly string[] }> {
  const { batch, threads, context } = options;
  const { signal } = context;
  const failed: { path: string; error: string }[] = [];
  const byPath = new Map<string, ScoredFile>();
  const pixels: PixelSummary[] = [];
  const progress = startProgress(context, { what: 'score', total: files.length });
  const chunks = imageChunks(files, opened, { size: batch, threads, failed, signal });
  try {
    for await (const { files: own, images, set } of chunks) {
      const scores = await scoreWithPixels(opened.model, set, { batch, signal });
      pixels.push(...scores.pixels);
      for (const [i, decision] of decisions(opened, scores).entries()) {
        const [file, image] = [own[i]!, images[i]!];
        const { synthetic, warnings } = image;
        byPath.set(file.path, { path: file.path, ...decision, synthetic, warnings });
      }
      progress.add(own.length);
    }
  } finally {
    progress.end();
  }
  for (const failure of failed) {
    byPath.set(failure.path, failure);
    context.err(`${failure.path}: ${failure.error}\n`);
  }
  const scored = files.map(({ path }) => byPath.get(path) ?? { path, error: 'was not read' });
  return { scored, warnings: inputWarnings(pixels) };
}

function decisions(
  { card }: OpenedModel,
  scores: Parameters<typeof decide>[1],
): readonly CadDecision[] {
  const half = { policy: 'fixed', threshold: 0.5, atLeast: null, chosenOn: null } as const;
  return decide(card ?? { calibration: null, operatingPoint: half }, scores);
}

/** Breasts and examinations of those files that were scored. */
function examsOf(
  rows:
    | Extract<InputFile, { patientId: string }>[]
    | readonly Extract<InputFile, { patientId: string }>[],
  scored: readonly ScoredFile[],
  rules: NonNullable<Parameters<typeof aggregateScores>[2]>,
) {
  const known = rows.flatMap((row, i) => {
    const probability = scored[i]?.probability;
    return probability === undefined ? [] : [{ row, probability }];
  });
  const exams = aggregateScores(
    known.map(({ row }) => row),
    known.map(({ probability }) => probability),
    rules,
  );
  return exams.map(({ breasts, ...exam }) => ({
    ...exam,
    breasts: breasts.map(({ laterality, label, score, images }) => ({
      laterality,
      label,
      score,
      images: images.map((i) => known[i]!.row.path),
    })),
  }));
}

function textOf(
  scored: readonly ScoredFile[],
  exams: ReturnType<typeof examsOf> | undefined,
): string {
  const images = scored.map(({ path, probability, margin, positive, error }) =>
    error === undefined
      ? `${path}\t${probability?.toFixed(4)}\t${margin?.toFixed(4)}\t${positive ? 'positive' : 'negative'}\n`
      : `${path}\terror\n`,
  );
  const lines = ['file\tprobability\tmargin\tdecision\n', ...images];
  if (exams) {
    lines.push('\npatient\texamination\tscore\n');
    for (const { patientId, examId, score } of exams) {
      lines.push(`${patientId}\t${examId}\t${score.toFixed(4)}\n`);
    }
  }
  return lines.join('');
}
