/**
 * Scores an archive in two processes, is stopped in the middle, and goes on: `npm run example -- examples/score-an-archive.ts`.
 * The files are those of an undisturbed run, byte by byte.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cadOptions, createCadModel, saveCad } from '@mammo/cad-classifier';
import { formatManifest, type ManifestRow, writeSyntheticPng } from '@mammo/mammo-io';
import { readManifestFile } from '@mammo/mammo-io/node';
import { processPool, type RunJobOptions, runJob } from '@mammo/mammo-jobs';
import { chooseEngine } from '@mammo/tfjs-engine';
import { check, say } from './check.ts';
import { smallCohort } from './small-cohort.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const folder = await mkdtemp(join(tmpdir(), 'archive-'));
try {
  const manifest = await writeArchive();
  const images = await readManifestFile(manifest);
  const manifestSha256 = sha256Of(await readFile(manifest));
  const model = join(folder, 'cad.safetensors');
  await writeModel(model);
  const weights = { path: model, sha256: sha256Of(await readFile(model)) };
  const settings = { engine: 'cpu', threads: 1, model: weights, reading: { policy: 'pad' } };
  const job = (name: string): RunJobOptions => ({
    images,
    manifestSha256,
    operation: { name: 'score', settings },
    folder: join(folder, name),
    chunkSize: 6,
  });

  const stop = new AbortController();
  const stopped = await run({
    ...job('stopped'),
    signal: stop.signal,
    onProgress: ({ done }) => done > 0 && stop.abort(new Error('stopped in the middle')),
  }).catch((error: Error) => error.message);
  say(`first run: ${JSON.stringify(stopped)}`);
  const resumed = await run(job('stopped'));
  const undisturbed = await run(job('undisturbed'));
  say(`then: ${resumed.records} records, ${resumed.quarantined} in quarantine`);

  const results = (name: string) => readFile(join(folder, name, 'results.jsonl'), 'utf8');
  const text = await results('stopped');
  check('it was stopped', stopped === 'stopped in the middle');
  check('every image has exactly one record', text.split('\n').length - 1 === images.length);
  check('nothing shows that it was stopped', text === (await results('undisturbed')));
  check('an undisturbed run scored as many', undisturbed.records === images.length);
} finally {
  await rm(folder, { recursive: true });
}

function run(options: RunJobOptions) {
  const limits = { timeoutMs: 60_000, memoryMiB: 4096 };
  return runJob(options, (setup) =>
    processPool(setup, { workers: 2, ...limits, execArgv: process.execArgv }),
  );
}

/** Phantoms as PNG files, and their manifest. */
async function writeArchive(): Promise<string> {
  const set = smallCohort(5, 8);
  const mark = { program: 'score-an-archive', version: '1', description: 'phantoms' };
  const rows: Omit<ManifestRow, 'row'>[] = [];
  for (const [i, image] of set.images.entries()) {
    const path = `${image.imageId}.synthetic.png`;
    const pixels = { pixels: await set.pixels(i), height: set.height, width: set.width };
    await writeFile(join(folder, path), writeSyntheticPng(pixels, { mark }));
    rows.push({ ...image, path });
  }
  const manifest = join(folder, 'manifest.csv');
  await writeFile(manifest, formatManifest(rows));
  return manifest;
}

async function writeModel(path: string): Promise<void> {
  await chooseEngine('cpu');
  const options = { height: 48, width: 40, vggModules: 3, channelMultiplier: 1 / 16 };
  const cad = createCadModel(cadOptions('small', options), { seed: 1 });
  await writeFile(path, await saveCad(cad));
  cad.dispose();
}
