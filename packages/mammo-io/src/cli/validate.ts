import { availableParallelism } from 'node:os';
import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  startProgress,
} from '@mammo/command-line';
import { mapFiles } from '../file-tasks.ts';
import type { InspectedFile } from '../inspect-file.ts';
import { ManifestError, sortByRow } from '../manifest-error.ts';
import { readManifestFile } from '../manifest-file.ts';
import type { ManifestRow } from '../manifest-row.ts';

const OPTIONS = {
  root: { type: 'string' },
  'table-only': { type: 'boolean' },
  threads: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Checks a manifest and its files. */
export const validate: Command = defineCommand({
  name: 'validate',
  summary: 'a manifest and its files: all problems at once',
  help: `Usage: mammo-io validate MANIFEST [options]

Checks the table (columns, values, ids, paths, patients in two splits), that every file exists in the manifest's
folder, and that its pixels can be read to the last one; compares laterality and view with the file's; finds the
same file under two patients or in two splits. All problems are listed with their rows.

  --root FOLDER    the folder that all files must lie in; default: the manifest's
  --table-only     leave the files' pixels unread
  --threads N      default: one for each core
  --json           { "images", "patients", "problems", "warnings" }

Exit code 1 if there are problems; warnings alone give 0.

Examples:
  mammo-io validate cohort/manifest.csv
  mammo-io validate cohort/manifest.jsonl --root /data --json
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one manifest' },
  run,
});

/** What was found. */
interface Findings {
  readonly problems: string[];
  readonly warnings: string[];
}

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [manifest = ''] = positionals;
  const threads =
    integerOption('threads', values.threads, { from: 0, to: 256 }) ?? availableParallelism();
  const findings: Findings = { problems: [], warnings: [] };
  const rows = await readRows(manifest, values.root, findings);
  if (!values['table-only']) await checkFiles(rows, findings, { context, threads });
  const patients = new Set(rows.map(({ patientId }) => patientId)).size;
  const report = {
    images: rows.length,
    patients,
    problems: sortByRow(findings.problems),
    warnings: sortByRow(findings.warnings),
  };
  if (values.json) context.out(jsonText(report));
  else context.out(text(manifest, report));
  return report.problems.length > 0 ? 1 : 0;
}

async function readRows(
  manifest: string,
  root: string | undefined,
  { problems }: Findings,
): Promise<readonly ManifestRow[]> {
  try {
    return await readManifestFile(manifest, root === undefined ? {} : { root });
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

async function checkFiles(
  rows: readonly ManifestRow[],
  findings: Findings,
  { context, threads }: { readonly context: CommandContext; readonly threads: number },
): Promise<void> {
  const tasks = rows.map(({ path, bitsStored }) => ({
    kind: 'inspect' as const,
    path,
    options: bitsStored === undefined ? {} : { bitsStored },
  }));
  const progress = startProgress(context, { what: 'validate', total: rows.length });
  const seen = new Map<string, ManifestRow>();
  let index = 0;
  try {
    const prefetch = Math.max(2, 2 * threads);
    for await (const outcome of mapFiles(tasks, { threads, prefetch, signal: context.signal })) {
      const row = rows[index++]!;
      progress.add();
      if ('error' in outcome)
        findings.problems.push(`row ${row.row}: ${row.path}: ${outcome.error.message}`);
      else compare(row, outcome.result, { seen, findings });
    }
  } finally {
    progress.end();
  }
}

function compare(
  row: ManifestRow,
  file: InspectedFile,
  { seen, findings }: { readonly seen: Map<string, ManifestRow>; readonly findings: Findings },
): void {
  const { problems, warnings } = findings;
  for (const fact of ['laterality', 'view'] as const) {
    if (file[fact] === undefined || file[fact] === row[fact]) continue;
    problems.push(
      `row ${row.row}: ${fact} is ${row[fact]} in the manifest, ${file[fact]} in the file`,
    );
  }
  const same = seen.get(file.sha256);
  if (same === undefined) seen.set(file.sha256, row);
  else if (same.patientId !== row.patientId || same.split !== row.split) {
    problems.push(
      `row ${row.row}: the file is that of row ${same.row}, of another patient or split`,
    );
  } else warnings.push(`row ${row.row}: the file is that of row ${same.row}`);
  for (const warning of file.warnings) warnings.push(`row ${row.row}: ${warning}`);
}

function text(
  manifest: string,
  report: {
    readonly images: number;
    readonly patients: number;
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
  },
): string {
  const { images, patients, problems, warnings } = report;
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const lines = [
    `${manifest}: ${count(images, 'image')} of ${count(patients, 'patient')}, ${count(problems.length, 'problem')}, ${count(warnings.length, 'warning')}`,
    ...problems.map((problem) => `  problem: ${problem}`),
    ...grouped(warnings).map((warning) => `  warning: ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

const SHOWN_ROWS = 5;

/** Warnings of the same words in one line, with the first rows that they are of. */
function grouped(warnings: readonly string[]): readonly string[] {
  const rowsOf = new Map<string, string[]>();
  for (const warning of warnings) {
    const [, row = '', words = warning] = /^row (\d+): (.*)$/s.exec(warning) ?? [];
    rowsOf.set(words, [...(rowsOf.get(words) ?? []), row]);
  }
  return [...rowsOf].map(([words, rows]) => {
    const more = rows.length > SHOWN_ROWS ? ` and ${rows.length - SHOWN_ROWS} more` : '';
    return `row${rows.length > 1 ? 's' : ''} ${rows.slice(0, SHOWN_ROWS).join(', ')}${more}: ${words}`;
  });
}
