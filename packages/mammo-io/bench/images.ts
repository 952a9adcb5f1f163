import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from '../test/built-package.ts';
import { type Cost, costOf, medianCost } from './cost.ts';
import { type PythonPeer, pythonPeer } from './python-peer.ts';

/**
 * Resizes a 16-bit image of 3328 × 2560 pixels to 1728 × 1408, and reads one from PNG and TIFF files, in turns with Pillow and
 * tifffile, which also write the files. The image is a phantom's: no real mammogram is needed.
 *
 *   MAMMO_PYTHON=python3 npm run bench:images -w packages/mammo-io -- [--rounds 9] [--json]
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } },
});

const SCRIPT = `
import hashlib, io
import numpy
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
state = {}
def job_ready(_):
    return None
def job_load(argument):
    pixels = numpy.fromfile(argument['raw'], '<u2').reshape(argument['height'], argument['width'])
    state['pixels'] = pixels
    state['I;16'] = Image.fromarray(pixels)
    state['F'] = Image.fromarray(pixels.astype(numpy.float32))
    state['I;16'].save(argument['png'])
    state['png'] = open(argument['png'], 'rb').read()
    try:
        import tifffile
        for name, extra in argument['tiff'].items():
            tifffile.imwrite(argument['raw'] + name, pixels, rowsperstrip=64, metadata=None, **extra)
            state[name] = open(argument['raw'] + name, 'rb').read()
    except ImportError:
        return None
def job_resizeF(size):
    return state['F'].resize(size, Image.BICUBIC)
def job_resizeI16(size):
    return state['I;16'].resize(size, Image.BICUBIC)
def job_resizeArray(size):
    resized = numpy.asarray(Image.fromarray(state['pixels'].astype(numpy.float32)).resize(size, Image.BICUBIC))
    return numpy.clip(numpy.floor(resized + 0.5), 0, 65535).astype(numpy.uint16)
def after_resizeArray(array):
    return hashlib.sha256(array.tobytes()).hexdigest()
def job_png(_):
    return numpy.asarray(Image.open(io.BytesIO(state['png'])))
def job_tiff(name):
    import tifffile
    return tifffile.imread(io.BytesIO(state[name]))
for name in ('resizeF', 'resizeI16', 'png', 'tiff'):
    globals()['after_' + name] = lambda result: None
`;

const { drawPatient, phantomCohort, readPng, readTiff, resizeBicubic } = (await import(
  join(await buildPackage('bench'), 'index.js')
)) as typeof import('../src/index.ts');

const FROM = { height: 3328, width: 2560 };
const TO = { height: 1728, width: 1408 };
/** A just-in-time compiler and a heap that still grows need them. */
const UNCOUNTED = 12;
const TIFFS = {
  none: {},
  lzw: { compression: 'lzw' },
  'deflate, predictor': { compression: 'zlib', predictor: 2 },
};

interface Row {
  readonly name: string;
  readonly peerName: string;
  readonly oursMs: number;
  readonly peerMs: number | undefined;
}

/** Medians of the CPU times, in turns, after some runs each that are not counted. */
async function compare(
  name: string,
  ours: () => unknown,
  peer: { readonly name: string; readonly run?: (() => Promise<Cost>) | undefined },
): Promise<Row> {
  const ourCosts: Cost[] = [];
  const peerCosts: Cost[] = [];
  for (let round = -UNCOUNTED; round < Number(options.rounds); round++) {
    const our = await costOf(ours);
    const theirs = await peer.run?.();
    if (round < 0) continue;
    ourCosts.push(our);
    if (theirs !== undefined) peerCosts.push(theirs);
  }
  const peerMs = peerCosts.length > 0 ? medianCost(peerCosts).cpuMs : undefined;
  return { name, peerName: peer.name, oursMs: medianCost(ourCosts).cpuMs, peerMs };
}

async function measure(folder: string, python: PythonPeer | undefined): Promise<readonly Row[]> {
  const plan = phantomCohort({ seed: 1, ...FROM, patients: 2, positiveShare: 0.5 });
  const { pixels } = drawPatient(plan, 0)[0]!;
  const image = { pixels, ...FROM };
  const raw = join(folder, 'raw');
  const png = join(folder, 'image.png');
  if (python === undefined)
    return [await compare('resize', () => resizeBicubic(image, TO), { name: '–' })];
  writeFileSync(raw, new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
  await python.run('load', { raw, png, ...FROM, tiff: TIFFS });
  const job = (name: string, argument: unknown) => () => python.run(name, argument);
  const size = [TO.width, TO.height];
  const rows: Row[] = [];
  for (const [peerName, run] of [
    ['Pillow, mode F, from and to 16-bit arrays', 'resizeArray'],
    ['Pillow, mode I;16 (rounds between the axes)', 'resizeI16'],
    ['Pillow, mode F alone', 'resizeF'],
  ] as const) {
    const ours = () => resizeBicubic(image, TO);
    rows.push(await compare('resize', ours, { name: peerName, run: job(run, size) }));
  }
  const file = readFileSync(png);
  rows.push(
    await compare('read PNG', () => readPng(file), { name: 'Pillow', run: job('png', null) }),
  );
  for (const name of Object.keys(TIFFS)) {
    const tiff = readTiffFile(raw + name);
    if (tiff === undefined) continue;
    const peer = { name: 'tifffile', run: job('tiff', name) };
    rows.push(await compare(`read TIFF, ${name}`, () => readTiff(tiff), peer));
  }
  return rows;
}

function readTiffFile(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

const python = await pythonPeer(SCRIPT);
if (python === undefined) process.stderr.write('bench: Pillow is absent (MAMMO_PYTHON)\n');
const folder = mkdtempSync(join(tmpdir(), 'mammo-io-bench-'));
let rows: readonly Row[] = [];
try {
  rows = await measure(folder, python);
} finally {
  rmSync(folder, { recursive: true });
  python?.stop();
}
if (options.json) process.stdout.write(`${JSON.stringify({ rows })}\n`);
else {
  process.stdout.write(`Medians of ${options.rounds} rounds; Node ${process.version}\n\n`);
  process.stdout.write('| | mammo-io, ms CPU | peer | ms CPU | ratio |\n|---|---|---|---|---|\n');
  for (const { name, peerName, oursMs, peerMs } of rows) {
    const ratio = peerMs === undefined ? '–' : (oursMs / peerMs).toFixed(2);
    const theirs = peerMs?.toFixed(0) ?? '–';
    process.stdout.write(
      `| ${name} | ${oursMs.toFixed(0)} | ${peerName} | ${theirs} | ${ratio} |\n`,
    );
  }
}
