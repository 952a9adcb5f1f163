import { basename, join } from 'node:path';
import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  requiredOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { SYNTHETIC_MARK, syntheticFileName, toSource, writePng } from '@mammo/mammo-io';
import { drawHeatmap } from '../draw-heatmap.ts';
import { heatmaps } from '../heatmap.ts';
import { ENGINE_HELP, startEngine } from './engine.ts';
import { type ImageChunk, imageChunks } from './image-chunks.ts';
import { inputFiles } from './input-files.ts';
import { openModel } from './open-model.ts';

const OPTIONS = {
  out: { type: 'string' },
  scale: { type: 'string' },
  card: { type: 'string' },
  policy: { type: 'string' },
  batch: { type: 'string' },
  threads: { type: 'string' },
  engine: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Draws where the evidence is. */
export const heatmap: Command = defineCommand({
  name: 'heatmap',
  summary: 'pictures of where a model finds its evidence',
  help: `Usage: cad-classifier heatmap WEIGHTS FILE|FOLDER|MANIFEST... --out FOLDER [options]

Writes for each file a PNG of the image as the model sees it, with the evidence for cancer in orange and a frame around the
pixels that its peak depends on, and says where that is. Pictures of synthetic files are marked synthetic.

  --out FOLDER     where the pictures go; required
  --scale N        pixels of the picture for one that the model sees; default 1
  --card FILE      the model's card; default card.json beside the weights
  --policy pad|stretch|crop|canvas   how images come to the model's size; default: as the card says, else pad
  --batch N        images at once; default 8
  --threads N      threads that read files; default: one for each core
${ENGINE_HELP}
  --json           one JSON array, with the whole maps

Exit code 1 if a file cannot be read; the others are drawn.

Examples:
  cad-classifier heatmap model/cad.safetensors scan.dcm --out heatmaps
  cad-classifier heatmap model/cad.safetensors cohort/ --out heatmaps --scale 4 --json > peaks.json
`,
  options: OPTIONS,
  positionals: { least: 2, what: 'weights, and files or folders,' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const out = requiredOption('out', values.out, 'name a folder');
  const scale = integerOption('scale', values.scale, { from: 1, to: 64 }) ?? 1;
  const batch = integerOption('batch', values.batch, { from: 1, to: 4096 }) ?? 8;
  const threads = integerOption('threads', values.threads, { from: 0, to: 256 });
  const [weights = '', ...names] = positionals;
  const files = await inputFiles(names);
  requireDifferent(files.map(({ path }) => pictureName(path, false)));
  await startEngine(values.engine, context);
  const opened = await openModel(weights, values);
  const failed: { path: string; error: string }[] = [];
  const reports: object[] = [];
  const { signal } = context;
  try {
    const chunks = imageChunks(files, opened, { size: batch, threads, failed, signal });
    for await (const chunk of chunks) {
      const found = await heatmaps(opened.model, chunk.set, { batch, signal });
      for (const [i, heat] of found.entries()) {
        const report = await drawOne(chunk, { index: i, heat, out, scale });
        reports.push({ ...report, ...(values.json && { map: mapOf(heat) }) });
        if (!values.json) context.out(`${report.picture}\n`);
      }
    }
  } finally {
    opened.model.dispose();
  }
  for (const failure of failed) {
    reports.push(failure);
    context.err(`${failure.path}: ${failure.error}\n`);
  }
  if (values.json) context.out(jsonText(reports));
  return failed.length > 0 ? 1 : 0;
}

type Heat = Awaited<ReturnType<typeof heatmaps>>[number];

async function drawOne(
  { files, images }: ImageChunk,
  { index, heat, out, scale }: { index: number; heat: Heat; out: string; scale: number },
) {
  const [file, image] = [files[index]!, images[index]!];
  const { top, left, bottom, right } = heat.peak.field;
  const corner = toSource(image.placement, { row: top, column: left });
  const opposite = toSource(image.placement, { row: bottom + 1, column: right + 1 });
  const picture = join(out, pictureName(file.path, image.synthetic));
  const text = image.synthetic ? { ...SYNTHETIC_MARK } : {};
  await writeWhole(picture, writePng({ ...drawHeatmap(image, heat, { scale }), text }));
  return {
    path: file.path,
    picture,
    synthetic: image.synthetic,
    margin: heat.margin,
    /** The pixels that the peak depends on, as the model sees them and in the file. */
    peak: {
      evidence: heat.peak.evidence,
      field: heat.peak.field,
      fieldInFile: {
        top: Math.min(corner.row, opposite.row),
        left: Math.min(corner.column, opposite.column),
        bottom: Math.max(corner.row, opposite.row),
        right: Math.max(corner.column, opposite.column),
      },
    },
    warnings: image.warnings,
  };
}

const mapOf = ({ height, width, evidence, field }: Heat) => ({
  height,
  width,
  field,
  evidence: Array.from(evidence),
});

function pictureName(path: string, synthetic: boolean): string {
  const name = `${basename(path).replace(/(?<=.)\.[^.]*$/, '')}.heatmap.png`;
  return synthetic ? syntheticFileName(name) : name;
}

function requireDifferent(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`two files would both become ${twice}`);
}
