import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxBackend, setOnnxOptions } from '@mammo/tfjs-backend-onnx';
import * as tf from '@tensorflow/tfjs-core';
import { gigaMacs, matrixProductPeak } from './arithmetic.ts';
import { createStep, SIZES, type Size, STEPS } from './steps.ts';

/**
 * Where the time of a step goes on the processor: the share of each of ONNX Runtime's kernels by its own profile, which
 * itself costs time, and what JavaScript takes (tfjs's recording; planning the run and handing arrays over). Beside it what
 * the step's convolutions and matrix products would take at the speed of the machine's large matrix products.
 *
 *   npm run bench:profile -w packages/gan-attack -- --sizes small,medium --steps cad_step_gp --threads 2
 *
 * With --shapes 20 the kernels of the 20 shapes that take longest follow each row.
 */
const { values: settings } = parseArgs({
  options: {
    sizes: { type: 'string', default: 'small,medium,256×208 ½,256×208 1' },
    steps: { type: 'string', default: 'cad_step_gp,d_and_g_step' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    kernels: { type: 'string', default: '10' },
    shapes: { type: 'string', default: '0' },
  },
});

const WARM_UPS = 8; // V8 compiles the recording while it runs

interface Wanted {
  readonly sizeName: string;
  readonly size: Size;
  readonly what: (typeof STEPS)[number];
}

interface Kernel {
  readonly name: string;
  /** Milliseconds of a step. */
  readonly ms: number;
  /** Calls of a step. */
  readonly calls: number;
}

/** The multiply-adds of a step, in 10⁹, and how long they would take at the speed of large matrix products. */
interface Arithmetic {
  readonly gigaMacs: number;
  readonly ms: number;
}

/** What is used of an event of ONNX Runtime's profile. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    /** Each as { float: [1, 2, 3] }. */
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;

async function profile({ sizeName, size, what }: Wanted, arithmetic: Arithmetic): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  try {
    setOnnxOptions({ threads: Number(settings.threads), profilePrefix: join(folder, what) });
    await tf.setBackend('onnx');
    const step = createStep({ ...size, what });
    for (let i = 0; i < WARM_UPS; i++) await step();
    const rounds = Number(settings.rounds);
    const before = onnxBackend().stats();
    const started = performance.now();
    for (let i = 0; i < rounds; i++) await step();
    const wallMs = (performance.now() - started) / rounds;
    const after = onnxBackend().stats();
    const runtimeMs = (after.runtimeMs - before.runtimeMs) / rounds;
    const hostMs = (after.hostMs - before.hostMs) / rounds;
    closeBackend();
    const events = kernelEvents(folder);
    const kernels = slowest(events, rounds + WARM_UPS, nameOf);
    const total = kernels.reduce((sum, { ms }) => sum + ms, 0);
    const most = kernels.slice(0, Number(settings.kernels));
    const listed = most.map(({ name, ms, calls }) => `${name} ${share(ms, total)} (${calls})`);
    const script = wallMs - runtimeMs - hostMs;
    const times = [wallMs, arithmetic.ms, runtimeMs, total, script, hostMs].map((ms) =>
      ms.toFixed(0),
    );
    print(
      `| ${sizeName} | ${what} | ${arithmetic.gigaMacs.toFixed(2)} | ${times.join(' | ')} | ${listed.join(', ')} |`,
    );
    const shapes = slowest(events, rounds + WARM_UPS, nameWithShapes);
    for (const { name, ms, calls } of shapes.slice(0, Number(settings.shapes))) {
      print(`    ${ms.toFixed(2)} ms ${share(ms, total)} (${calls}) ${name}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Releases the sessions, which writes their profiles. */
function closeBackend(): void {
  const create = tf.findBackendFactory('onnx');
  tf.removeBackend('onnx');
  tf.registerBackend('onnx', create);
}

function kernelEvents(folder: string): ProfileEvent[] {
  return readdirSync(folder)
    .flatMap((file): ProfileEvent[] => JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
}

const nameOf = ({ name, args }: ProfileEvent): string => args?.op_name ?? name;

function nameWithShapes(event: ProfileEvent): string {
  const { input_type_shape: inputs = [], output_type_shape: outputs = [] } = event.args ?? {};
  const [from, to] = [inputs, outputs].map((list) =>
    list.flatMap((typed) => Object.values(typed).map((shape) => `[${shape}]`)).join(' '),
  );
  return `${nameOf(event)} ${from} → ${to}`;
}

/** Kernels by name, the slowest first. */
function slowest(
  events: readonly ProfileEvent[],
  steps: number,
  name: (event: ProfileEvent) => string,
): Kernel[] {
  const totals = new Map<string, { ms: number; calls: number }>();
  for (const event of events) {
    const key = name(event);
    const { ms, calls } = totals.get(key) ?? { ms: 0, calls: 0 };
    totals.set(key, { ms: ms + event.dur / 1000, calls: calls + 1 });
  }
  return [...totals]
    .map(([key, { ms, calls }]) => ({
      name: key,
      ms: ms / steps,
      calls: Math.round(calls / steps),
    }))
    .sort((a, b) => b.ms - a.ms);
}

tf.env().set('PROD', true);
const wanted: Wanted[] = settings.sizes.split(',').flatMap((sizeName) => {
  const size = SIZES[sizeName];
  if (size === undefined) throw new RangeError(`profile: no size ${sizeName}`);
  const named = settings.steps.split(',');
  return STEPS.filter((what) => named.includes(what)).map((what) => ({ sizeName, size, what }));
});

/** All before any profile is written, which tf.profile would fill with a run for each kernel. */
async function countArithmetic(): Promise<Arithmetic[]> {
  setOnnxOptions({ threads: Number(settings.threads) });
  await tf.setBackend('onnx');
  const peak = await matrixProductPeak();
  print(`large matrix products: ${peak.toFixed(0)} GMAC/s on ${settings.threads} thread(s)\n`);
  const found: Arithmetic[] = [];
  for (const { size, what } of wanted) {
    const count = await gigaMacs(createStep({ ...size, what }));
    found.push({ gigaMacs: count, ms: (1000 * count) / peak });
    tf.disposeVariables();
  }
  closeBackend();
  return found;
}

const arithmetics = await countArithmetic();
print(
  '| size | step | GMAC | wall ms | at that speed | in ONNX Runtime | of it kernels | recording | planning | kernels, share (calls) |',
);
print('|---|---|---|---|---|---|---|---|---|---|');
for (const [i, { sizeName, size, what }] of wanted.entries()) {
  await profile({ sizeName, size, what }, arithmetics[i] as Arithmetic);
}
