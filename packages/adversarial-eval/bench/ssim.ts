import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { type SsimWindow, structuralSimilarity } from '../src/index.ts';

/**
 * SSIM of 1728×1408 float32 images beside scikit-image, in turns.
 * MAMMO_PYTHON=/path/to/python npm run bench:ssim -w packages/adversarial-eval
 */
const [height, width, rounds] = [1728, 1408, 15];
const WINDOWS: readonly SsimWindow[] = ['uniform-7', 'gaussian-11'];

/** Answers each line, the name of a window, with milliseconds by the clock and of the processor, and the value. */
const PEER = `
import sys, time
import numpy as np
import skimage
from skimage.metrics import structural_similarity
y, x = np.mgrid[:${height}, :${width}]
a = (((x * 5) % 64 + (y * 3) % 96 + (x * x + 7 * y * y) % 31) / 255).astype(np.float32)
b = (a + ((x * y) % 9 - 4) / 255).astype(np.float32)
options = {
    "uniform-7": dict(use_sample_covariance=False),
    "gaussian-11": dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False),
}
print(skimage.__version__, flush=True)
for line in sys.stdin:
    start, used = time.perf_counter(), time.process_time()
    value = structural_similarity(a, b, data_range=1.0, **options[line.strip()])
    print((time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000, value, flush=True)
`;

interface Clocks {
  /** By the clock, which other work on the machine slows down. */
  readonly wall: number;
  /** Of the processor. */
  readonly cpu: number;
}

interface Timed extends Clocks {
  readonly value: number;
}

interface Peer {
  readonly version: string;
  time(window: SsimWindow): Promise<Timed>;
  close(): void;
}

async function startPeer(): Promise<Peer | null> {
  const python = process.env.MAMMO_PYTHON ?? 'python3';
  const child = spawn(python, ['-c', PEER], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return null;
  return {
    version: first.value,
    async time(window) {
      child.stdin.write(`${window}\n`);
      const [wall, cpu, value] = String((await lines.next()).value)
        .split(' ')
        .map(Number);
      return { wall: wall!, cpu: cpu!, value: value! };
    },
    close: () => child.stdin.end(),
  };
}

function pair(): { readonly real: Float32Array; readonly fake: Float32Array } {
  const real = Float32Array.from({ length: height * width }, (_, at) => {
    const [y, x] = [Math.floor(at / width), at % width];
    return (((x * 5) % 64) + ((y * 3) % 96) + ((x * x + 7 * y * y) % 31)) / 255;
  });
  const fake = real.map((value, at) => {
    const [y, x] = [Math.floor(at / width), at % width];
    return value + (((x * y) % 9) - 4) / 255;
  });
  return { real, fake };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

const { real, fake } = pair();

function timeHere(window: SsimWindow): Timed {
  const start = performance.now();
  const used = process.cpuUsage();
  const { value } = structuralSimilarity(real, fake, { height, width, maximum: 1, window });
  const { user, system } = process.cpuUsage(used);
  return {
    wall: performance.now() - start,
    cpu: (user + system) / 1000,
    value: value ?? Number.NaN,
  };
}

interface Row {
  readonly window: SsimWindow;
  readonly here: Clocks;
  readonly peer: Clocks | null;
  readonly ratio: Clocks | null;
  readonly difference: number | null;
}

const peer = await startPeer();
const rows: Row[] = [];
for (const window of WINDOWS) {
  const ours: Timed[] = [];
  const theirs: Timed[] = [];
  for (let round = -2; round < rounds; round++) {
    const here = timeHere(window);
    const other = await peer?.time(window);
    if (round < 0) continue;
    ours.push(here);
    if (other) theirs.push(other);
  }
  const medians = (times: readonly Timed[]) => ({
    wall: median(times.map(({ wall }) => wall)),
    cpu: median(times.map(({ cpu }) => cpu)),
  });
  const ratio = (clock: keyof Clocks) =>
    median(ours.map((time, i) => time[clock] / theirs[i]![clock]));
  rows.push({
    window,
    here: medians(ours),
    peer: peer ? medians(theirs) : null,
    ratio: peer ? { wall: ratio('wall'), cpu: ratio('cpu') } : null,
    difference: peer ? Math.abs(ours[0]!.value - theirs[0]!.value) : null,
  });
}
peer?.close();

const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`;
const number = (value: number | undefined, digits: number): string =>
  value === undefined ? 'absent' : value.toFixed(digits);
const cells = (row: Row, clock: keyof Clocks): string =>
  `${number(row.here[clock], 0)} | ${number(row.peer?.[clock], 0)} | ${number(row.ratio?.[clock], 2)}`;
process.stdout.write(
  [
    `SSIM, ${height}×${width} float32, medians of ${rounds} interleaved rounds; ${machine}; scikit-image ${peer?.version ?? 'absent'}; cpu: of the processor, which other work on the machine hardly changes`,
    '',
    '| window | here, cpu ms | scikit-image, cpu ms | ratio | here, ms by the clock | scikit-image, ms by the clock | ratio |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.window} | ${cells(row, 'cpu')} | ${cells(row, 'wall')} |`),
    '',
    JSON.stringify({ machine, peer: peer?.version ?? null, rows }),
    '',
  ].join('\n'),
);
