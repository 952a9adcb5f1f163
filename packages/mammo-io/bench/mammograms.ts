import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A way to store the mammogram, and the command that stores it so. */
interface Variant {
  readonly name: string;
  readonly command: readonly [tool: string, ...options: string[]];
}

/** Made from the uncompressed file by DCMTK or GDCM. */
const VARIANTS: readonly Variant[] = [
  { name: 'implicit little endian', command: ['dcmconv', '+ti'] },
  { name: 'explicit little endian', command: ['dcmconv', '+te'] },
  { name: 'explicit big endian', command: ['dcmconv', '+tb'] },
  { name: 'deflated', command: ['dcmconv', '+td'] },
  { name: 'RLE', command: ['gdcmconv', '--rle'] },
  { name: 'JPEG Baseline, 8 bit (50)', command: ['dcmcjpeg', '+eb'] },
  { name: 'JPEG Extended, 12 bit (51)', command: ['dcmcjpeg', '+ee'] },
  { name: 'JPEG Lossless, predictor 6 (57)', command: ['dcmcjpeg', '+el'] },
  { name: 'JPEG Lossless, predictor 1 (70)', command: ['dcmcjpeg', '+e1'] },
  { name: 'JPEG-LS lossless (80)', command: ['dcmcjpls', '+el'] },
  { name: 'JPEG-LS near-lossless (81)', command: ['dcmcjpls', '+en', '+md', '2'] },
  { name: 'JPEG 2000 lossless (90)', command: ['gdcmconv', '--j2k'] },
  { name: 'JPEG 2000 lossy (91)', command: ['gdcmconv', '--j2k', '--lossy', '-q', '45'] },
];

/** A file to decode; `path` is absent where its tool is. */
export interface VariantFile {
  readonly name: string;
  readonly path: string | undefined;
}

/** Stores a JPEG Lossless mammogram in every way that the tools on this machine know, in a folder. */
export function mammogramVariants(mammogram: string, folder: string): readonly VariantFile[] {
  const raw = join(folder, 'raw.dcm');
  run(['dcmdjpeg'], mammogram, raw);
  return VARIANTS.map(({ name, command }, index) => {
    const path = join(folder, `${index}.dcm`);
    run(command, raw, path);
    return { name, path: existsSync(path) ? path : undefined };
  });
}

function run([tool, ...options]: readonly [string, ...string[]], from: string, to: string): void {
  spawnSync(tool, [...options, from, to], { stdio: 'ignore' });
}
