import { readFile } from 'node:fs/promises';
import {
  type Command,
  type CommandContext,
  choiceOption,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
  requiredOption,
  seedOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { formatManifest, parseManifest } from '../manifest.ts';
import type { ManifestRow } from '../manifest-row.ts';
import { SPLITS, type Split, splitByPatient } from '../split.ts';
import { findSplitLeaks } from '../split-leaks.ts';

const OPTIONS = {
  seed: { type: 'string' },
  fractions: { type: 'string' },
  again: { type: 'boolean' },
  out: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Divides a manifest by patient. */
export const split: Command = defineCommand({
  name: 'split',
  summary: 'a split column by patient, stratified and seeded',
  help: `Usage: mammo-io split MANIFEST --seed N [options]

Adds a split column: no patient is in two splits, classes and lesion types are spread evenly. Patients that carry
a split keep it, unless --again. A manifest that has a patient in two splits is refused, with all such rows.

  --seed N                 names the division; required
  --fractions A,B,C        shares of training, validation and test in per cent; default 80,10,10
  --again                  divide also those that carry a split
  --out FILE               where the manifest goes; default: standard output
  --format csv|jsonl       default csv
  --json                   counts by split on standard output (with --out)

Examples:
  mammo-io split manifest.csv --seed 1 --out divided.csv
  mammo-io split manifest.csv --seed 1 --fractions 70,15,15 > divided.csv
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one manifest' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [manifest = ''] = positionals;
  const seed = seedOption(requiredOption('seed', values.seed));
  if (values.json && values.out === undefined) throw new UsageError('--json needs --out');
  const fractions = readFractions(values.fractions ?? '80,10,10');
  const format = choiceOption('format', values.format, ['csv', 'jsonl']) ?? 'csv';
  const rows = parseManifest(await readFile(manifest, 'utf8'));
  const divided = divide(values.again ? rows.map(withoutSplit) : rows, { seed, fractions });
  const text = formatManifest(divided, { format });
  if (values.out === undefined) context.out(text);
  else await writeWhole(values.out, text);
  const counts = countSplits(divided);
  if (values.json) context.out(jsonText(counts));
  else {
    for (const { split: name, patients, images } of counts) {
      context.err(`${name}: ${patients} patients, ${images} images\n`);
    }
  }
  return 0;
}

function readFractions(text: string): [number, number, number] {
  const shares = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part) / 100));
  const [training, validation, test] = shares;
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length === 3 && shares.every((share) => share >= 0) && Math.abs(total - 1) < 1e-9) {
    return [training!, validation!, test!];
  }
  throw new UsageError(`--fractions must be three percentages that add up to 100, got ${text}`);
}

function withoutSplit({ split: _, ...row }: ManifestRow): ManifestRow {
  return row;
}

function divide(
  rows: readonly ManifestRow[],
  options: { readonly seed: number; readonly fractions: [number, number, number] },
): readonly ManifestRow[] {
  const indices = splitByPatient(rows, options);
  const splits: Split[] = [];
  for (const name of SPLITS) for (const index of indices[name]) splits[index] = name;
  const divided = rows.map((row, index) => ({ ...row, split: splits[index]! }));
  const leaks = findSplitLeaks(divided);
  if (leaks.length > 0) throw new Error(`${leaks.length} patients would be in two splits`);
  return divided;
}

function countSplits(rows: readonly ManifestRow[]) {
  return SPLITS.map((name) => {
    const members = rows.filter((row) => row.split === name);
    const positive = members.filter(({ label }) => label === 'positive');
    const patients = (some: readonly ManifestRow[]) =>
      new Set(some.map((row) => row.patientId)).size;
    return {
      split: name,
      images: members.length,
      patients: patients(members),
      positivePatients: patients(positive),
    };
  });
}
