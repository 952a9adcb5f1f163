import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { createCadModel, saveCad } from '@mammo/cad-classifier';
import {
  drawPatient,
  formatManifest,
  type ManifestRow,
  phantomCohort,
  SYNTHETIC_MARK,
  writePng,
} from '@mammo/mammo-io';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { WorkersReport } from '../measured/reports.ts';
import { workersText } from '../measured/tables.ts';

/**
 * Images per second of `mammo-jobs score` (the build in dist) with 1, 2 and 4 workers, at two numbers of images: their difference
 * leaves out the start. Kept in `measured/workers.json`.
 *
 *   npm run build && npm run bench:workers -w packages/mammo-jobs
 */
const COUNTS = [128, 384] as const;
const SIZE = { height: 192, width: 160 };
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'workers-'));

const plan = phantomCohort({ seed: 1, ...SIZE, patients: 12 });
const files = plan.patients.flatMap((_, patient) =>
  drawPatient(plan, patient).map(({ pixels }) =>
    writePng({ pixels, ...SIZE, text: SYNTHETIC_MARK }),
  ),
);
const rows: Omit<ManifestRow, 'row'>[] = [];
for (let index = 0; index < COUNTS[1]; index++) {
  const path = `${index}.png`;
  await writeFile(join(folder, path), files[index % files.length]!);
  const label = index % 2 === 0 ? 'positive' : 'negative';
  rows.push({ path, imageId: path, patientId: path, laterality: 'L', view: 'CC', label });
}
for (const count of COUNTS) {
  await writeFile(join(folder, `${count}.csv`), formatManifest(rows.slice(0, count)));
}
const model = createCadModel('medium', { seed: 1 });
await writeFile(join(folder, 'cad.safetensors'), await saveCad(model));
model.dispose();

const measured: { workers: number; imagesPerSecond: number }[] = [];
for (const workers of [1, 2, 4]) {
  const [few, many] = COUNTS.map((count) => seconds(count, workers)) as [number, number];
  measured.push({ workers, imagesPerSecond: (COUNTS[1] - COUNTS[0]) / (many - few) });
}
await rm(folder, { recursive: true, force: true });
const report: WorkersReport = { network: 'medium', ...SIZE, rows: measured, machine: machine() };
await keepMeasurement('workers', report);
process.stdout.write(`${workersText(report)}\n`);

function seconds(count: number, workers: number): number {
  const file = (name: string) => join(folder, name);
  const paths = ['--cohort', file(`${count}.csv`), '--model', file('cad.safetensors')];
  const out = ['--out', file(`out-${count}-${workers}`), '--workers', String(workers)];
  const started = performance.now();
  execFileSync(process.execPath, [cli, 'score', ...paths, ...out], { stdio: 'ignore' });
  return (performance.now() - started) / 1000;
}
