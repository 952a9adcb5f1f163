import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { emptyProject, expectSame, say } from '../../../empty-project.ts';

/**
 * Installs the built package's tarball into an empty project and uses it there: as an ES module, as CommonJS, from strict
 * TypeScript that also checks the package's own declarations, from the command line, and bundled in a page of headless Chromium.
 *
 *   npm run build -w packages/mammo-io && npm run check:install -w packages/mammo-io
 *
 * CHROMIUM names the browser; without one the page is left out, and the script says so.
 */
/** The most that the main entry may have, minified and compressed, without codecs. */
const CORE_BYTES = 80_000;
const root = fileURLToPath(new URL('..', import.meta.url));
const workspace = join(root, '../..');
const { folder: project, run, node, page: openPage } = emptyProject();

const PROGRAM = `
const mark = { program: 'check', version: '1', description: 'four pixels' };
const subject = { patientId: 'P', laterality: 'L', view: 'CC' };
const image = { pixels: Uint16Array.of(0, 1, 4095, 7), height: 2, width: 2, bitsStored: 12 };
async function check(io) {
  const dicom = await io.writeSyntheticDicom(image, { mark, subject, compression: 'rle', uidSeed: 'check' });
  const png = io.writeSyntheticPng(image, { mark });
  const read = await io.readMammogram(dicom);
  const again = await io.readMammogram(png, { bitsStored: 12 });
  const rows = io.parseManifest('path,patient_id,laterality,view,label\\na.png,P1,L,CC,negative\\n');
  return [read.synthetic, [...read.pixels].join(), [...again.pixels].join(), rows.length].join(' ');
}
`;
const EXPECTED = 'true 0,16,65535,112 0,16,65535,112 1';

try {
  install();
  expectSame(
    'ES module',
    node(
      'check.mjs',
      `${PROGRAM}
    import * as io from '@mammo/mammo-io';
    import { preprocessFiles } from '@mammo/mammo-io/node';
    console.log(await check(io), typeof preprocessFiles);`,
    ),
    `${EXPECTED} function`,
  );
  expectSame(
    'CommonJS',
    node(
      'check.cjs',
      `${PROGRAM}
    const io = require('@mammo/mammo-io');
    const { preprocessFiles } = require('@mammo/mammo-io/node');
    const { writeFileSync } = require('node:fs');
    writeFileSync('a.png', io.writePng({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2 }));
    (async () => {
      const files = [{ path: 'a.png' }, { path: 'a.png' }];
      const found = [];
      for await (const { image } of preprocessFiles(files, { height: 1, width: 2, threads: 2 })) found.push(...image.pixels);
      console.log(await check(io), found.join());
    })();`,
    ),
    `${EXPECTED} 0,65535,0,65535`,
  );
  expectSame('strict TypeScript', typecheck(), '');
  const help = run('npx', ['--no-install', 'mammo-io', '--help']);
  expectSame('command line', help.split('\n')[0] ?? '', 'Usage: mammo-io COMMAND [arguments]');
  await coreSize();
  await page();
} finally {
  rmSync(project, { recursive: true });
}

function install(): void {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', project], root),
  ) as [{ readonly filename: string; readonly size: number; readonly unpackedSize: number }];
  say(
    `tarball: ${packed.filename}, ${Math.round(packed.size / 1024)} KiB packed, ${Math.round(packed.unpackedSize / 1024)} KiB unpacked`,
  );
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  run('npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `./${packed.filename.replace(/^@/, '').replace('/', '-')}`,
  ]);
  const modules = readdirSync(join(project, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  );
  say(`installed beside it: ${modules.join(', ')}`);
}

function typecheck(): string {
  writeFileSync(
    join(project, 'check.mts'),
    `
    import { readMammogram, type Mammogram, type ManifestRow } from '@mammo/mammo-io';
    import { preprocessFiles, readManifestFile } from '@mammo/mammo-io/node';
    export async function first(rows: readonly ManifestRow[]): Promise<Uint16Array | undefined> {
      for await (const { image } of preprocessFiles(rows, { height: 2, width: 2 })) return image.pixels;
      return undefined;
    }
    export const read: Promise<Mammogram> = readMammogram(new Uint8Array());
    export const rows: Promise<readonly ManifestRow[]> = readManifestFile('manifest.csv');`,
  );
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,esnext.disposable',
    '--types',
    'node',
    '--typeRoots',
    join(workspace, 'node_modules/@types'),
  ];
  for (const resolution of ['node16', 'bundler']) {
    const module = resolution === 'node16' ? 'node16' : 'esnext';
    const tsc = join(workspace, 'node_modules/typescript/bin/tsc');
    const output = run(process.execPath, [
      tsc,
      ...options,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      'check.mts',
    ]);
    if (output !== '') return output;
  }
  return '';
}

/** What a page loads before any file asks for a codec. */
async function coreSize(): Promise<void> {
  writeFileSync(join(project, 'core.mjs'), "export * from '@mammo/mammo-io';");
  await build({
    entry: [join(project, 'core.mjs')],
    outDir: join(project, 'core'),
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    noExternal: [/^(?!@cornerstonejs)/],
    external: [/^@cornerstonejs/],
    splitting: false,
    minify: true,
    config: false,
    silent: true,
    outExtension: () => ({ js: '.js' }),
  });
  const bytes = gzipSync(readFileSync(join(project, 'core/core.js')), { level: 9 }).length;
  if (bytes > CORE_BYTES) {
    throw new Error(`main entry: must have at most ${CORE_BYTES} bytes min+gzip, got ${bytes}`);
  }
  say(`main entry without codecs: ${(bytes / 1000).toFixed(1)} kB min+gzip, all names exported`);
}

async function page(): Promise<void> {
  writeFileSync(
    join(project, 'page.mjs'),
    `${PROGRAM}
    import * as io from '@mammo/mammo-io';
    check(io).then((text) => { document.body.textContent = text; }, (error) => { document.body.textContent = error.stack; });`,
  );
  await build({
    entry: [join(project, 'page.mjs')],
    outDir: join(project, 'bundle'),
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    // fs and path stay outside: the WebAssembly codecs ask for them in Node alone
    noExternal: [/^(?!fs$|path$)/],
    external: ['fs', 'path'],
    splitting: false,
    minify: true,
    config: false,
    silent: true,
    outExtension: () => ({ js: '.js' }),
  });
  const script = readFileSync(join(project, 'bundle/page.js'), 'utf8');
  say(`bundle of the main entry: ${Math.round(script.length / 1024)} KiB`);
  const text = openPage(script);
  if (text !== undefined) expectSame('page', text, EXPECTED);
}
