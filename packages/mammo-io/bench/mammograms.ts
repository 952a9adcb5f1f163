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
];

/** Made from the uncompressed file by imagecodecs: a JPEG 2000 stream of 80 dB, High-Throughput ones as OpenJPH makes them. */
export const CODEC_VARIANTS: readonly {
  readonly name: string;
  readonly transferSyntax: string;
  readonly options: object;
}[] = [
  {
    name: 'JPEG 2000 lossy (91)',
    transferSyntax: '1.2.840.10008.1.2.4.91',
    options: { codecformat: 'j2k', reversible: false, level: 80, bitspersample: 12 },
  },
  {
    name: 'High-Throughput JPEG 2000 lossless (201)',
    transferSyntax: '1.2.840.10008.1.2.4.201',
    options: { reversible: true },
  },
  {
    name: 'High-Throughput JPEG 2000 lossy (203)',
    transferSyntax: '1.2.840.10008.1.2.4.203',
    options: { reversible: false, level: 0.0001 },
  },
];

/** A file to decode; `path` is absent where its tool is. */
export interface VariantFile {
  readonly name: string;
  readonly path: string | undefined;
}

/** Decompresses a JPEG Lossless mammogram. */
export function uncompressed(mammogram: string, folder: string): string {
  const raw = join(folder, 'raw.dcm');
  run(['dcmdjpeg'], mammogram, raw);
  return raw;
}

/** Stores an uncompressed mammogram in every way that the tools on this machine know, in a folder. */
export function mammogramVariants(raw: string, folder: string): readonly VariantFile[] {
  return VARIANTS.map(({ name, command }, index) => {
    const path = join(folder, `${index}.dcm`);
    run(command, raw, path);
    return { name, path: existsSync(path) ? path : undefined };
  });
}

function run([tool, ...options]: readonly [string, ...string[]], from: string, to: string): void {
  spawnSync(tool, [...options, from, to], { stdio: 'ignore' });
}
