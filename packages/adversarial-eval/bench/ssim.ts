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

/** Answers each line, the name of a window, with milliseconds and the value. */
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
    start = time.perf_counter()
    value = structural_similarity(a, b, data_range=1.0, **options[line.strip()])
    print((time.perf_counter() - start) * 1000, value, flush=True)
`;

interface Peer {
  readonly version: string;
  time(window: SsimWindow): Promise<{ readonly milliseconds: number; readonly value: number }>;
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
      const [milliseconds, value] = String((await lines.next()).value)
        .split(' ')
        .map(Number);
      return { milliseconds: milliseconds!, value: value! };
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
const peer = await startPeer();
const rows = [];
for (const window of WINDOWS) {
  const ours: number[] = [];
  const theirs: number[] = [];
  let [value, peerValue] = [0, Number.NaN];
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    value = structuralSimilarity(real, fake, { height, width, maximum: 1, window }).value ?? 0;
    const elapsed = performance.now() - start;
    const other = await peer?.time(window);
    if (round < 0) continue;
    ours.push(elapsed);
    if (other) theirs.push(other.milliseconds);
    peerValue = other?.value ?? Number.NaN;
  }
  rows.push({
    window,
    milliseconds: median(ours),
    peerMilliseconds: peer ? median(theirs) : null,
    ratio: peer ? median(ours.map((time, i) => time / theirs[i]!)) : null,
    difference: peer ? Math.abs(value - peerValue) : null,
  });
}
peer?.close();

const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`;
const number = (value: number | null, digits: number): string =>
  value === null ? 'absent' : value.toFixed(digits);
process.stdout.write(
  [
    `SSIM, ${height}×${width} float32, medians of ${rounds} interleaved rounds; ${machine}; scikit-image ${peer?.version ?? 'absent'}`,
    '',
    '| window | this package, ms | scikit-image, ms | ratio |',
    '|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.window} | ${number(row.milliseconds, 0)} | ${number(row.peerMilliseconds, 0)} | ${number(row.ratio, 2)} |`,
    ),
    '',
    JSON.stringify({ machine, peer: peer?.version ?? null, rows }),
    '',
  ].join('\n'),
);
