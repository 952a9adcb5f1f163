import { createInterface } from 'node:readline';
import { type OnnxOptions, setOnnxOptions } from '@mammo/tfjs-backend-onnx';
import { chooseEngine, type EngineName } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';
import { createStep } from './steps.ts';

/** The engine `onnx` with other settings. */
const VARIANTS: Readonly<Record<string, OnnxOptions>> = {
  'onnx-lean': { keepsWorkingMemory: false },
  'onnx-spinning': { spinning: true },
};

/** A peer (see peer.ts) that computes steps on an engine or one of its variants: `engine-peer.ts <engine> <threads>`. */
const [name, threads] = process.argv.slice(2) as [string, string];
const variant = VARIANTS[name];
const engine = variant === undefined ? name : 'onnx';
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

let step: (() => Promise<void>) | undefined;
let present = '';

async function run(line: string): Promise<void> {
  if (line !== present) {
    tf.disposeVariables();
    step = createStep(JSON.parse(line));
    present = line;
  }
  const before = process.cpuUsage();
  const started = performance.now();
  await step!();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  say({ wallMs, cpuMs: (user + system) / 1000, peakMiB });
}

try {
  tf.env().set('PROD', true);
  Object.assign(console, { log: () => undefined }); // tfjs's WebGPU backend reports there
  if (variant !== undefined) setOnnxOptions(variant);
  await chooseEngine(engine as EngineName, { threads: Number(threads) });
  say({ name });
  for await (const line of createInterface({ input: process.stdin })) {
    await run(line).catch((error: Error) => say({ error: error.message.split('\n')[0] }));
  }
} catch (error) {
  say({ error: (error as Error).message.split('\n')[0] });
  process.exit(1);
}
