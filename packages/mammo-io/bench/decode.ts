import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDicom, readDicom } from '../src/index.ts';
import { sharedFolder, skipReason } from '../test/shared-data.ts';
import { mammogramVariants } from './mammograms.ts';
import { type Cost, type PythonPeer, pythonPeer } from './python-peer.ts';

/**
 * Decodes a mammogram of 3062 × 2394 pixels in every transfer syntax, and reads 665 headers, in turns with pydicom and GDCM.
 *
 *   MAMMO_PYTHON=python3 npm run bench -w packages/mammo-io -- [--rounds 7] [--json]
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});

const HEADERS = 665;

const SCRIPT = `
import hashlib, io, warnings
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
    return pydicom.dcmread(io.BytesIO(files[path])).pixel_array
def after_decode(array):
    return hashlib.sha256(array.astype('<u2').tobytes()).hexdigest()
def job_headers(paths):
    for path in paths:
        pydicom.dcmread(io.BytesIO(files[path]), stop_before_pixels=True)
`;

interface Row {
  readonly name: string;
  readonly ours: Cost;
  readonly peer: Cost | undefined;
  /** Ratio of the medians, and whether both gave the same pixels. */
  readonly ratio: number | undefined;
  readonly same: boolean | undefined;
}

async function cost(job: () => Promise<unknown>): Promise<Cost> {
  const started = performance.now();
  const before = process.cpuUsage();
  await job();
  const { user, system } = process.cpuUsage(before);
  return { wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
}

function median(costs: readonly Cost[]): Cost {
  const middle = (key: keyof Cost): number =>
    costs.map((one) => one[key]).sort((a, b) => a - b)[costs.length >> 1]!;
  return { wallMs: middle('wallMs'), cpuMs: middle('cpuMs') };
}

/** Both in turns, after one run each that is not counted. */
async function compare(
  name: string,
  ours: () => Promise<unknown>,
  peer: (() => Promise<Cost>) | undefined,
): Promise<Row> {
  const ourCosts: Cost[] = [];
  const peerCosts: Cost[] = [];
  for (let round = -1; round < Number(options.rounds); round++) {
    const our = await cost(ours);
    const theirs = await peer?.();
    if (round < 0) continue;
    ourCosts.push(our);
    if (theirs) peerCosts.push(theirs);
  }
  const our = median(ourCosts);
  const theirs = peerCosts.length > 0 ? median(peerCosts) : undefined;
  return {
    name,
    ours: our,
    peer: theirs,
    ratio: theirs && our.cpuMs / theirs.cpuMs,
    same: undefined,
  };
}

async function decodeRow(name: string, path: string, python: PythonPeer | undefined): Promise<Row> {
  const bytes = Uint8Array.from(readFileSync(path));
  await python?.run('load', path);
  let theirs: unknown;
  const decodeTheirs = async (): Promise<Cost> => {
    const answer = await python!.run('decode', path);
    theirs = answer.result;
    return answer;
  };
  const peer =
    python &&
    (await decodeTheirs().then(
      () => decodeTheirs,
      () => undefined,
    ));
  const row = await compare(name, () => readDicom(bytes), peer);
  const { storedValues } = await readDicom(bytes);
  const ours = createHash('sha256').update(Uint16Array.from(storedValues)).digest('hex');
  return { ...row, same: peer && ours === theirs };
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

function tableRow({ name, ours, peer, ratio, same }: Row): string {
  const number = (value: number | undefined, digits: number): string =>
    value?.toFixed(digits) ?? '–';
  const pixels = { true: 'yes', false: 'no', undefined: '–' }[String(same)];
  const cells = [number(ours.cpuMs, 1), number(peer?.cpuMs, 1), number(ratio, 2)];
  const wall = peer && ours.wallMs / peer.wallMs;
  return `| ${name} | ${cells.join(' | ')} | ${number(wall, 2)} | ${pixels} |`;
}

if (skipReason !== '') {
  process.stderr.write('bench: ../shared/data is absent, no mammogram to decode\n');
  process.exit(1);
}
const python = await pythonPeer(SCRIPT);
if (python === undefined)
  process.stderr.write('bench: pydicom with GDCM is absent (MAMMO_PYTHON)\n');
const folder = mkdtempSync(join(tmpdir(), 'mammo-io-bench-'));
const rows: Row[] = [];
try {
  const mammogram = join(sharedFolder, 'mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm');
  for (const { name, path } of mammogramVariants(mammogram, folder)) {
    if (path === undefined) process.stderr.write(`bench: no tool makes ${name}\n`);
    else rows.push(await decodeRow(name, path, python));
  }
  rows.push(await headerRow(python));
} finally {
  rmSync(folder, { recursive: true });
  python?.stop();
}
if (options.json) process.stdout.write(`${JSON.stringify({ cpus: cpus().length, rows })}\n`);
else {
  process.stdout.write(
    '| | mammo-io, ms CPU | pydicom + GDCM, ms CPU | ratio | ratio of wall times | same pixels |\n',
  );
  process.stdout.write('|---|---|---|---|---|---|\n');
  for (const row of rows) process.stdout.write(`${tableRow(row)}\n`);
}
