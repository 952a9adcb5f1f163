import { access } from 'node:fs/promises';
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
  startProgress,
  UsageError,
} from '@mammo/command-line';
import type { ConvertTask } from '../convert-file.ts';
import { mapFiles } from '../file-tasks.ts';
import { syntheticFileName } from '../synthetic-mark.ts';
import type { ShownBreast } from '../write-synthetic-dicom.ts';
import { type FoundFile, findFiles } from './find-files.ts';

const OPTIONS = {
  out: { type: 'string' },
  format: { type: 'string' },
  patient: { type: 'string' },
  laterality: { type: 'string' },
  view: { type: 'string' },
  bits: { type: 'string' },
  frame: { type: 'string' },
  threads: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Converts files to 16-bit PNG, PGM or DICOM. */
export const convert: Command = defineCommand({
  name: 'convert',
  summary: 'any readable file to 16-bit PNG, PGM or DICOM',
  help: `Usage: mammo-io convert FILE|FOLDER... --out FOLDER [options]

Writes the grey levels of each file, 0 (black) to 65535 (white), under its name in the folder. No window is
applied; MONOCHROME1 is inverted. DICOM gets the stored values as they are, all frames, in explicit little endian,
and says that it is derived; PNG, PGM and TIFF become secondary captures of the patient that is named. Files that
are marked synthetic stay so and get .synthetic in their name.

  --out FOLDER            where the results go; required
  --format png|pgm|dicom  default png
  --bits N                bits that the values use, where the file cannot say it (12-bit PNG)
  --frame N               frame of multi-frame files, counted from 0
  --patient ID            to DICOM: whom PNG, PGM and TIFF files show,
  --laterality L|R          which breast,
  --view CC|MLO             and how
  --threads N             default: one for each core
  --force                 replace files that are there
  --json                  one JSON array of what was written and what failed

Exit code 1 if a file cannot be converted; the others are.

Examples:
  mammo-io convert scan.dcm --out png
  mammo-io convert cohort/ --out cohort-png --threads 2
  mammo-io convert film.png --bits 12 --out dicom --format dicom --patient P7 --laterality L --view MLO
`,
  options: OPTIONS,
  positionals: { least: 1, what: 'files or folders' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const out = requiredOption('out', values.out, 'name a folder');
  const format = choiceOption('format', values.format, ['png', 'pgm', 'dicom']) ?? 'png';
  const bitsStored = integerOption('bits', values.bits, { from: 1, to: 16 });
  const frame = integerOption('frame', values.frame, { from: 0 });
  const threads =
    integerOption('threads', values.threads, { from: 0, to: 256 }) ?? availableParallelism();
  const options = {
    ...(bitsStored !== undefined && { bitsStored }),
    ...(frame !== undefined && { frame }),
  };
  const breast = breastOption(values, format);
  const extension = format === 'dicom' ? 'dcm' : format;
  const tasks = (await findFiles(positionals)).map(({ path, name }): ConvertTask & FoundFile => ({
    kind: 'convert',
    path,
    name,
    output: join(out, `${name.replace(/\.[^./\\]*$/, '')}.${extension}`),
    format,
    options,
    ...(breast && { breast }),
  }));
  requireDifferent(tasks);
  if (!values.force) await requireAbsent(tasks);
  const reports: object[] = [];
  const progress = startProgress(context, { what: 'convert', total: tasks.length });
  let failed = 0;
  try {
    const prefetch = Math.max(2, 2 * threads);
    for await (const outcome of mapFiles(tasks, { threads, prefetch, signal: context.signal })) {
      const { path } = outcome.task;
      progress.add();
      if ('result' in outcome) {
        reports.push({ path, ...outcome.result });
        continue;
      }
      failed++;
      reports.push({ path, error: outcome.error.message });
      if (!values.json) progress.say(`${path}: ${outcome.error.message}`);
    }
  } finally {
    progress.end();
  }
  if (values.json) context.out(jsonText(reports));
  else context.out(`${tasks.length - failed} of ${tasks.length} files converted\n`);
  return failed > 0 ? 1 : 0;
}

interface BreastWords {
  readonly patient?: string | undefined;
  readonly laterality?: string | undefined;
  readonly view?: string | undefined;
}

/** Whom raster files show: all three options or none. */
function breastOption(
  { patient, laterality, view }: BreastWords,
  format: ConvertTask['format'],
): ShownBreast | undefined {
  if (patient === undefined && laterality === undefined && view === undefined) return undefined;
  if (format !== 'dicom') {
    throw new UsageError('--patient, --laterality and --view are for --format dicom');
  }
  if (patient === undefined || laterality === undefined || view === undefined) {
    throw new UsageError('--patient, --laterality and --view must be given together');
  }
  return {
    patientId: patient,
    laterality: choiceOption('laterality', laterality, ['L', 'R'])!,
    view: choiceOption('view', view, ['CC', 'MLO'])!,
  };
}

function requireDifferent(tasks: readonly (ConvertTask & FoundFile)[]): void {
  const sources = new Map<string, string>();
  for (const { path, output } of tasks) {
    const other = sources.get(output);
    if (other !== undefined) {
      throw new UsageError(`${other} and ${path} would both become ${output}`);
    }
    sources.set(output, path);
  }
}

async function requireAbsent(tasks: readonly ConvertTask[]): Promise<void> {
  for (const { output } of tasks) {
    for (const path of [output, syntheticFileName(output)]) {
      const there = await access(path).then(
        () => true,
        () => false,
      );
      if (there) throw new UsageError(`${path} is there already: --force replaces it`);
    }
  }
}
