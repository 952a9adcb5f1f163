import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { type OnnxBackend, setOnnxOptions } from '../src/index.ts';
import { array } from '../test/compare.ts';
import { createWeights, loss } from '../test/vgg-net.ts';

/**
 * The memory of a process that trains: classifier steps with gradient penalty and Adam, first of one size, then of a size
 * drawn anew for every step, beyond what the session cache holds.
 *
 *   npm run bench:memory -w packages/tfjs-backend-onnx -- --steps 2000 --out bench/results/memory-curve.json
 */
const { values: settings } = parseArgs({
  options: {
    steps: { type: 'string', default: '2000' },
    changing: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: '' },
  },
});

interface Sample {
  readonly step: number;
  /** Memory of the process, in MiB. */
  readonly residentMiB: number;
  readonly heapMiB: number;
  readonly tensors: number;
  readonly tensorMiB: number;
  readonly sessions: number;
  readonly sessionMiB: number;
}

const MIB = 2 ** 20;
const mebibytes = (bytes: number): number => Math.round((10 * bytes) / MIB) / 10;

function sample(step: number): Sample {
  globalThis.gc?.();
  const backend = tf.backend() as OnnxBackend;
  const { sessions, sessionBytes } = backend.stats();
  const { rss, heapUsed } = process.memoryUsage();
  const { numTensors, numBytes } = tf.memory();
  return {
    step,
    residentMiB: mebibytes(rss),
    heapMiB: mebibytes(heapUsed),
    tensors: numTensors,
    tensorMiB: mebibytes(numBytes),
    sessions,
    sessionMiB: mebibytes(sessionBytes),
  };
}

/** Twenty-one samples over the steps. */
async function curve(steps: number, run: () => Promise<void>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const every = Math.max(1, Math.floor(steps / 20));
  for (let step = 1; step <= steps; step++) {
    await run();
    if (step !== 1 && step % every !== 0) continue;
    samples.push(sample(step));
    process.stdout.write(`| ${Object.values(samples.at(-1)!).join(' | ')} |\n`);
  }
  return samples;
}

const heading = '| step | process MiB | heap MiB | tensors | tensor MiB | sessions | session MiB |';
const print = (title: string) =>
  process.stdout.write(`\n${title}\n\n${heading}\n|---|---|---|---|---|---|---|\n`);

setOnnxOptions({ threads: Number(settings.threads), maxSessions: 16 });
await tf.setBackend('onnx');
const steps = Number(settings.steps);
const changing = Number(settings.changing);

const weights = createWeights(16);
const adam = new Adam({ learningRate: 1e-5 });

async function train(height: number, width: number, images: number): Promise<void> {
  const value = tf.tidy(() => {
    const x = array([images, height, width, 3]) as tf.Tensor4D;
    const step = valueAndVariableGradients(() => loss(weights, x), weights);
    adam.apply(weights, step.gradients);
    return step.value;
  });
  await value.data();
  value.dispose();
}

print(`${steps} steps of 4 images of 96×80`);
const ofOneSize = await curve(steps, () => train(96, 80, 4));

print(`${changing} steps of 2 images, of a size drawn anew for every step; at most 16 sessions`);
let state = 1;
const draw = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return 32 + 8 * (state >>> 28);
};
const ofManySizes = await curve(changing, () => train(draw(), draw(), 2));

if (settings.out !== '') {
  const report = { node: process.version, ofOneSize, ofManySizes };
  writeFileSync(settings.out, `${JSON.stringify(report, null, 2)}\n`);
}
