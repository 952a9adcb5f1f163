import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxPool, registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { setOnnxOptions } from '../src/index.ts';
import { problemOf } from './providers.ts';

registerMissingGradients();

const problem = problemOf('webgpu');

/** What is used of an event of ONNX Runtime's profile. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

describe.skipIf(problem !== '')(`WebGPU${problem === '' ? '' : ` (skipped: ${problem})`}`, () => {
  test('nothing of a gradient of a gradient is left to the processor', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    setOnnxOptions({ profilePrefix: join(folder, 'step') });
    await tf.setBackend('onnx-webgpu');
    await readSlope();
    tf.removeBackend('onnx-webgpu'); // which ends the profiles
    const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    rmSync(folder, { recursive: true });
    const events = files.flatMap((text) => JSON.parse(text) as ProfileEvent[]);
    const nodes = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('kernel_time'));
    const elsewhere = nodes.filter(({ args }) => args?.provider !== 'WebGpuExecutionProvider');
    expect(nodes.length).toBeGreaterThan(50);
    expect(elsewhere.map(({ args }) => `${args?.op_name} by ${args?.provider}`)).toEqual([]);
  });
});

/** Of a network with what training steps have: convolutions, rectifiers, pools, masks of masks, signs. */
async function readSlope(): Promise<void> {
  const wave = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i)),
      shape,
    );
  const images = wave([2, 16, 16, 3]);
  const filters = [wave([3, 3, 3, 16]), wave([3, 3, 16, 16])] as tf.Tensor4D[];
  const score = (x: tf.Tensor): tf.Scalar => {
    const features = filters.reduce(
      (last, filter) =>
        maxPool(tf.relu(tf.conv2d(last, filter, 1, 'same')), { size: 2, stride: 2 }) as tf.Tensor4D,
      x as tf.Tensor4D,
    );
    return tf.sum(tf.abs(features));
  };
  const slope = tf.tidy(() => tf.grad((x) => tf.sum(tf.square(tf.grad(score)(x))))(images));
  await slope.data();
  tf.dispose([images, slope, ...filters]);
}
