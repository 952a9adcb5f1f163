import { buildSync } from 'esbuild';
import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

const PROGRAM = `
const mark = { program: 'check', version: '1', description: 'four pixels' };
const breast = { patientId: 'P', laterality: 'L', view: 'CC' };
const image = { pixels: Uint16Array.of(0, 1, 4095, 7), height: 2, width: 2, bitsStored: 12 };
async function check({ io }) {
  const dicom = await io.writeSyntheticDicom(image, { mark, breast, compression: 'rle', uidSeed: 'check' });
  const png = io.writeSyntheticPng(image, { mark });
  const read = await io.readMammogram(dicom);
  const again = await io.readMammogram(png, { bitsStored: 12 });
  const rows = io.parseManifest('path,patient_id,laterality,view,label\\na.png,P1,L,CC,negative\\n');
  return [read.synthetic, [...read.pixels].join(), [...again.pixels].join(), rows.length].join(' ');
}
`;

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: { io: '@mammo/mammo-io' },
  program: PROGRAM,
  text: 'true 0,16,65535,112 0,16,65535,112 1',
  withNodeTypes: true,
  types: `
import { readMammogram, type Mammogram, type ManifestRow } from '@mammo/mammo-io';
import { preprocessFiles, readManifestFile } from '@mammo/mammo-io/node';
export async function first(rows: readonly ManifestRow[]): Promise<Uint16Array | undefined> {
  for await (const { image } of preprocessFiles(rows, { height: 2, width: 2 })) return image.pixels;
  return undefined;
}
export const read: Promise<Mammogram> = readMammogram(new Uint8Array());
export const rows: Promise<readonly ManifestRow[]> = readManifestFile('manifest.csv');`,
  page: true,
  budgets: [
    {
      what: 'all names without codecs',
      program: "export * from '@mammo/mammo-io';",
      kilobytes: 80,
    },
    {
      what: 'PNG alone',
      program: "export { readPng } from '@mammo/mammo-io';",
      kilobytes: 9,
    },
  ],
  more: (project) => {
    const threads = project.node(
      'threads.cjs',
      `const io = require('@mammo/mammo-io');
      const { preprocessFiles } = require('@mammo/mammo-io/node');
      require('node:fs').writeFileSync('a.png', io.writePng({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2 }));
      (async () => {
        const files = [{ path: 'a.png' }, { path: 'a.png' }];
        const found = [];
        for await (const { image } of preprocessFiles(files, { height: 1, width: 2, threads: 2 })) found.push(...image.pixels);
        console.log(found.join());
      })();`,
    );
    expectSame('threads', threads, '0,65535,0,65535');
    const bundled = buildSync({
      stdin: { contents: "export * from '@mammo/mammo-io';", resolveDir: project.folder },
      ...{ bundle: true, platform: 'browser', format: 'esm', write: false, logLevel: 'silent' },
    });
    expectSame('files that esbuild makes of it as it is', `${bundled.outputFiles?.length}`, '1');
    const size = ['--height', '32', '--width', '24', '--patients', '2'];
    const drawn = JSON.parse(
      project.command('mammo-io', ['phantom', 'cohort', '--seed', '1', '--json', ...size]),
    );
    expectSame('command line', `${drawn.manifest} ${drawn.patients}`, 'cohort/manifest.csv 2');
  },
};
