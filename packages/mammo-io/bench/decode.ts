import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from '../test/built-package.ts';
import { sharedFolder, skipReason } from '../test/shared-data.ts';
import { type Cost, costOf, medianCost } from './cost.ts';
import { CODEC_VARIANTS, mammogramVariants, uncompressed } from './mammograms.ts';
import { type PythonPeer, pythonPeer } from './python-peer.ts';

/**
 * Decodes a mammogram of 3062 × 2394 pixels in every transfer syntax, and reads 665 headers, in turns with pydicom and GDCM.
 *
 *   MAMMO_PYTHON=python3 MAMMO_CODECS_PYTHON=python3 npm run bench -w packages/mammo-io -- [--rounds 7] [--json]
 *
 * MAMMO_PYTHON has pydicom 2 and GDCM. MAMMO_CODECS_PYTHON has pydicom 3 and imagecodecs: it makes the JPEG 2000 lossy and
 * High-Throughput files, and is the peer for the latter, which GDCM does not read.
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});

const HEADERS = 665;
/** A just-in-time compiler and a heap that still grows need them. */
const UNCOUNTED = 10;
/** As published: a compiler that runs TypeScript directly wraps every function, which doubles the time of small ones. */
const { openDicom, readDicom } = (await import(
  join(await buildPackage('bench'), 'index.js')
)) as typeof import('../src/index.ts');

const SCRIPT = `
import io, warnings
warnings.filterwarnings('ignore')
import gdcm, pydicom
pydicom.config.pixel_data_handlers = [
    h for h in pydicom.config.pixel_data_handlers if 'gdcm' in h.__name__ or 'numpy' in h.__name__ or 'rle' in h.__name__]
files = {}
def job_ready(_):
    return None
def after_ready(_):
    return None
def job_load(path):
    files[path] = open(path, 'rb').read()
def job_decode(path):
    array = pydicom.dcmread(io.BytesIO(files[path])).pixel_array
    return array.astype(array.dtype.newbyteorder('='), copy=False)
def after_decode(_):
    return None
def job_save(argument):
    job, path = argument
    globals()['job_' + job](path).astype('<u2').tofile(path + '.pixels')
def job_headers(paths):
    for path in paths:
        pydicom.dcmread(io.BytesIO(files[path]), stop_before_pixels=True)
`;

const CODECS_SCRIPT = `
import io
import imagecodecs, numpy as np, pydicom
from pydicom.encaps import encapsulate, generate_frames
files = {}
def job_ready(_):
    return None
def after_ready(_):
    return None
def job_make(argument):
    raw, path, syntax, options = argument
    data = pydicom.dcmread(raw)
    encode = imagecodecs.jpeg2k_encode if syntax.endswith('.91') else imagecodecs.htj2k_encode
    data.PixelData = encapsulate([encode(data.pixel_array, **options)])
    data['PixelData'].VR = 'OB'
    data.file_meta.TransferSyntaxUID = syntax
    data.save_as(path)
def job_load(path):
    files[path] = open(path, 'rb').read()
def frame(path):
    data = pydicom.dcmread(io.BytesIO(files[path]))
    return next(generate_frames(data.PixelData, number_of_frames=1))
def job_openjpeg(path):
    return imagecodecs.jpeg2k_decode(frame(path), numthreads=1)
def job_openjph(path):
    return imagecodecs.htj2k_decode(frame(path))
def after_openjpeg(_):
    return None
after_openjph = after_openjpeg
def job_save(argument):
    job, path = argument
    globals()['job_' + job](path).astype('<u2').tofile(path + '.pixels')
`;

const HIGH_THROUGHPUT_PEERS = [
  ['OpenJPEG', 'openjpeg'],
  ['OpenJPH', 'openjph'],
] as const;

interface Row {
  readonly name: string;
  readonly ours: Cost;
  readonly peer: Cost | undefined;
  /** Ratio of the medians, and by how much the pixels differ at most. */
  readonly ratio: number | undefined;
  readonly difference: number | undefined;
}

/** Both in turns, after some runs each that are not counted. */
async function compare(
  name: string,
  ours: () => Promise<unknown>,
  peer: (() => Promise<Cost>) | undefined,
): Promise<Row> {
  const ourCosts: Cost[] = [];
  const peerCosts: Cost[] = [];
  for (let round = -UNCOUNTED; round < Number(options.rounds); round++) {
    const our = await costOf(ours);
    const theirs = await peer?.();
    if (round < 0) continue;
    ourCosts.push(our);
    if (theirs) peerCosts.push(theirs);
  }
  const our = medianCost(ourCosts);
  const theirs = peerCosts.length > 0 ? medianCost(peerCosts) : undefined;
  return {
    name,
    ours: our,
    peer: theirs,
    ratio: theirs && our.cpuMs / theirs.cpuMs,
    difference: undefined,
  };
}

async function decodeRow(
  name: string,
  path: string,
  {
    python,
    job = 'decode',
    ...how
  }: { readonly python: PythonPeer | undefined; readonly job?: string; readonly copy?: boolean },
): Promise<Row> {
  const bytes = Uint8Array.from(readFileSync(path));
  await python?.run('load', path);
  const decodeTheirs = (): Promise<Cost> => python!.run(job, path);
  const peer =
    python &&
    (await decodeTheirs().then(
      () => decodeTheirs,
      () => undefined,
    ));
  const row = await compare(name, () => readDicom(bytes, how), peer);
  const { storedValues } = await readDicom(bytes);
  if (peer) await python.run('save', [job, path]);
  return { ...row, difference: peer && largestDifference(storedValues, `${path}.pixels`) };
}

function largestDifference(values: ArrayLike<number>, path: string): number {
  const theirs = new Uint16Array(Uint8Array.from(readFileSync(path)).buffer);
  return theirs.reduce((most, value, at) => Math.max(most, Math.abs(value - values[at]!)), 0);
}

/**
 * Files that imagecodecs makes. GDCM reads JPEG 2000; High-Throughput JPEG 2000 pydicom decodes by OpenJPEG alone (pylibjpeg-openjpeg),
 * which imagecodecs has too, and OpenJPH is a peer for information.
 */
async function codecRows(
  raw: string,
  folder: string,
  { gdcm, codecs }: { readonly gdcm: PythonPeer | undefined; readonly codecs: PythonPeer },
): Promise<readonly Row[]> {
  const made: Row[] = [];
  for (const { name, transferSyntax, options: encoding } of CODEC_VARIANTS) {
    const path = join(folder, `${transferSyntax}.dcm`);
    await codecs.run('make', [raw, path, transferSyntax, encoding]);
    if (transferSyntax.endsWith('.91')) made.push(await decodeRow(name, path, { python: gdcm }));
    else {
      for (const [peer, job] of HIGH_THROUGHPUT_PEERS) {
        made.push(await decodeRow(`${name}, beside ${peer}`, path, { python: codecs, job }));
      }
    }
  }
  return made;
}

async function headerRow(python: PythonPeer | undefined): Promise<Row> {
  const paths = readdirSync(sharedFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.dcm') && !path.includes('bad_'))
    .map((path) => join(sharedFolder, path))
    .sort();
  const readable: { path: string; bytes: Uint8Array }[] = [];
  for (const path of paths) {
    const bytes = Uint8Array.from(readFileSync(path));
    try {
      await openDicom(bytes);
      await python?.run('load', path);
      await python?.run('headers', [path]);
      readable.push({ path, bytes });
    } catch {
      // Only files that both read are compared.
    }
  }
  const files = Array.from({ length: HEADERS }, (_, index) => readable[index % readable.length]!);
  const ours = async (): Promise<void> => {
    for (const { bytes } of files) await openDicom(bytes);
  };
  const theirs =
    python &&
    (() =>
      python.run(
        'headers',
        files.map(({ path }) => path),
      ));
  return compare(`${HEADERS} headers`, ours, theirs);
}

function tableRow({ name, ours, peer, ratio, difference }: Row): string {
  const number = (value: number | undefined, digits: number): string =>
    value?.toFixed(digits) ?? '–';
  const cells = [number(ours.cpuMs, 1), number(peer?.cpuMs, 1), number(ratio, 2)];
  const wall = peer && ours.wallMs / peer.wallMs;
  return `| ${name} | ${cells.join(' | ')} | ${number(wall, 2)} | ${difference ?? '–'} |`;
}

if (skipReason !== '') {
  process.stderr.write('bench: ../shared/data is absent, no mammogram to decode\n');
  process.exit(1);
}
const python = await pythonPeer(SCRIPT);
if (python === undefined)
  process.stderr.write('bench: pydicom with GDCM is absent (MAMMO_PYTHON)\n');
const codecs = await pythonPeer(CODECS_SCRIPT, process.env.MAMMO_CODECS_PYTHON);
if (codecs === undefined)
  process.stderr.write('bench: pydicom with imagecodecs is absent (MAMMO_CODECS_PYTHON)\n');
const folder = mkdtempSync(join(tmpdir(), 'mammo-io-bench-'));
const rows: Row[] = [];
try {
  const mammogram = join(sharedFolder, 'mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm');
  const raw = uncompressed(mammogram, folder);
  for (const { name, path } of mammogramVariants(raw, folder)) {
    if (path === undefined) process.stderr.write(`bench: no tool makes ${name}\n`);
    else rows.push(await decodeRow(name, path, { python }));
  }
  rows.splice(2, 0, await decodeRow(`${rows[1]!.name}, copy: true`, raw, { python, copy: true }));
  if (codecs) rows.push(...(await codecRows(raw, folder, { gdcm: python, codecs })));
  rows.push(await headerRow(python));
} finally {
  rmSync(folder, { recursive: true });
  python?.stop();
  codecs?.stop();
}
if (options.json) process.stdout.write(`${JSON.stringify({ cpus: cpus().length, rows })}\n`);
else {
  process.stdout.write(
    `Medians of ${options.rounds} rounds; ${cpus().length} cores, Node ${process.version}\n\n`,
  );
  process.stdout.write(
    '| | mammo-io, ms CPU | peer, ms CPU | ratio | ratio of wall times | largest difference |\n',
  );
  process.stdout.write('|---|---|---|---|---|---|\n');
  for (const row of rows) process.stdout.write(`${tableRow(row)}\n`);
}
