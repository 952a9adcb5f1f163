/**
 * How often the paper's sub-group test rejects a true null, beside an independent simulation of it:
 * `npm run simulate:subgroups -w packages/reader-study-stats -- [studies]`. Prints a Markdown table.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rejectedNulls } from '../test/reproduction/subgroup-nulls.ts';

const FILE = join(import.meta.dirname, '../test/fixtures/paper_method_calibration.json');
type Calibration = Readonly<
  Record<string, { readonly reject_p05: number; readonly reject_p01: number }>
>;
const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Calibration;

const studies = Number(process.argv[2] ?? 5000);
const percent = (share: number): string => (100 * share).toFixed(1);
process.stdout.write(
  '| sub-groups, images, accuracy, divided by | p < 0.05, % | the other simulation | p < 0.01, % | the other simulation |\n|---|---|---|---|---|\n',
);
for (const [key, { reject_p05, reject_p01 }] of Object.entries(golden)) {
  const { at05, at01 } = rejectedNulls(key, { studies, seed: 1 });
  process.stdout.write(
    `| ${key} | ${percent(at05)} | ${percent(reject_p05)} | ${percent(at01)} | ${percent(reject_p01)} |\n`,
  );
}
