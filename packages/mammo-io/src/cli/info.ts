import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
} from '@mammo/command-line';
import { isDicomFile } from '../dicom/file.ts';
import { openDicom } from '../dicom-reader.ts';
import { readMammogram } from '../mammogram.ts';
import { findFiles } from './find-files.ts';

const OPTIONS = { json: { type: 'boolean' } } as const;

/** Tells what files say of themselves, without a word of the patient. */
export const info: Command = defineCommand({
  name: 'info',
  summary: 'what files say of themselves, and where',
  help: `Usage: mammo-io info [--json] FILE|FOLDER...

Says for each DICOM, PNG, PGM or TIFF file its size, bits and format, and of DICOM files the facts of
mammography with the attribute that each is from. Of the patient nothing is read.

  --json    one JSON array

Exit code 1 if a file cannot be read.

Examples:
  mammo-io info scan.dcm
  mammo-io info --json cohort/ > facts.json
`,
  options: OPTIONS,
  positionals: { least: 1, what: 'files or folders' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const reports: FileReport[] = [];
  for (const { path } of await findFiles(positionals)) {
    context.signal.throwIfAborted();
    const report = await describe(path);
    reports.push(report);
    if (!values.json) context.out(text(report));
  }
  if (values.json) context.out(jsonText(reports));
  return reports.some((report) => 'error' in report) ? 1 : 0;
}

type FileReport =
  | { readonly path: string; readonly error: string }
  | { readonly path: string; readonly facts: Readonly<Record<string, unknown>> };

async function describe(path: string): Promise<FileReport> {
  try {
    const blob = await openAsBlob(path);
    const start = new Uint8Array(await blob.slice(0, 512).arrayBuffer());
    if (isDicomFile(start)) {
      return { path, facts: { format: 'dicom', ...(await openDicom(blob)).header } };
    }
    const { pixels: _, applied: __, ...facts } = await readMammogram(await readFile(path));
    return { path, facts };
  } catch (error) {
    return { path, error: (error as Error).message };
  }
}

function text(report: FileReport): string {
  if ('error' in report) return `${report.path}\n  error: ${report.error}\n`;
  const lines = Object.entries(report.facts).flatMap(([name, fact]) => factLines(name, fact));
  return `${report.path}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function factLines(name: string, fact: unknown): readonly string[] {
  if (name === 'warnings') return (fact as readonly string[]).map((one) => `warning: ${one}`);
  if (typeof fact === 'object' && fact !== null && 'source' in fact && 'value' in fact) {
    return [`${name}: ${shown(fact.value)}  (${fact.source})`];
  }
  return [`${name}: ${shown(fact)}`];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
