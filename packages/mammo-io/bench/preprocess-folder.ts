import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPatient, phantomCohort, writePng } from '../src/index.ts';
import { buildPackage } from '../test/built-package.ts';
import { sharedFolder, skipReason } from '../test/shared-data.ts';

/**
 * Preprocesses a folder to 1728 × 1408 with one thread and with two, in turns, and from the cache: 12 copies of a GE mammogram
 * of 3062 × 2394 in JPEG Lossless, or 16-bit PNG phantoms where the shared data is absent.
 *
 *   npm run bench:preprocess -w packages/mammo-io -- [--rounds 5] [--json]
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});

const FILES = 12;
const SIZE = { height: 1728, width: 1408 };
const GE = 'mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm';

const built = await buildPackage('bench');
const { preprocessFiles } = (await import(
  join(built, 'node.js')
)) as typeof import('../src/node.ts');
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const files = makeFiles();
  const ways = [
    { name: '1 thread', options: { threads: 1 } },
    { name: '2 threads', options: { threads: 2 } },
    { name: '2 threads, from the cache', options: { threads: 2, cache: join(folder, 'cache') } },
  ];
  for (const way of ways) await timed(files, way.options);
  const times = ways.map((): number[] => []);
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [index, way] of ways.entries()) times[index]!.push(await timed(files, way.options));
  }
  const medians = times.map((values) => values.sort((a, b) => a - b)[values.length >> 1]!);
  const rows = ways.map(({ name }, index) => ({
    name,
    seconds: medians[index]! / 1000,
    imagesPerSecond: (1000 * FILES) / medians[index]!,
    ratio: medians[index]! / medians[0]!,
  }));
  process.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
} finally {
  rmSync(folder, { recursive: true });
}

function makeFiles(): { path: string }[] {
  const plan = phantomCohort({ seed: 1, height: 2048, width: 1664, patients: 1, positiveShare: 0 });
  const phantom = skipReason ? drawPatient(plan, 0)[0]! : undefined;
  return Array.from({ length: FILES }, (_, index) => {
    const path = join(folder, `${index}`);
    if (phantom)
      writeFileSync(path, writePng({ pixels: phantom.pixels, height: 2048, width: 1664 }));
    else copyFileSync(join(sharedFolder, GE), path);
    return { path };
  });
}

async function timed(
  files: readonly { readonly path: string }[],
  way: { readonly threads: number; readonly cache?: string },
): Promise<number> {
  const started = performance.now();
  let count = 0;
  for await (const { image } of preprocessFiles(files, { ...SIZE, ...way })) {
    count += image.pixels.length > 0 ? 1 : 0;
  }
  if (count !== FILES) throw new Error(`bench: ${count} of ${FILES} images came`);
  return performance.now() - started;
}

function table(
  rows: readonly { name: string; seconds: number; imagesPerSecond: number; ratio: number }[],
): string {
  const source = skipReason
    ? 'PNG phantoms of 2048 × 1664'
    : 'JPEG Lossless mammograms of 3062 × 2394';
  const lines = rows.map(
    ({ name, seconds, imagesPerSecond, ratio }) =>
      `| ${name} | ${seconds.toFixed(2)} | ${imagesPerSecond.toFixed(1)} | ${ratio.toFixed(2)} |`,
  );
  return [
    `Medians of ${options.rounds} rounds of wall time; ${FILES} ${source} to ${SIZE.height} × ${SIZE.width}; ${cpus().length} cores, Node ${process.version}`,
    '',
    '| | seconds | images/s | ratio |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
