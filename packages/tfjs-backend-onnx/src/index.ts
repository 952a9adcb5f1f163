import * as tf from '@tensorflow/tfjs-core';
import { OnnxBackend } from './backend.ts';
import { loadRuntime } from './node-runtime.ts';
import { BACKEND_NAMES, registerKernels } from './register-kernels.ts';
import type { Provider } from './runtime.ts';

export type { OnnxBackend } from './backend.ts';
export { assertProvider } from './node-runtime.ts';
export { type OnnxOptions, setOnnxOptions } from './options.ts';
export type { Provider } from './runtime.ts';
export type { OnnxStatistics } from './statistics.ts';

/** Below the priorities of TensorFlow's own native backends, above those of WebAssembly and JavaScript; GPUs only by name. */
const PRIORITIES: Readonly<Record<Provider, number>> = { cpu: 4, cuda: 0, webgpu: 0 };

for (const provider of Object.keys(PRIORITIES) as Provider[]) {
  registerKernels(BACKEND_NAMES[provider]);
  const create = () => new OnnxBackend(loadRuntime(provider));
  tf.registerBackend(BACKEND_NAMES[provider], create, PRIORITIES[provider]);
}

/**
 * The running backend, for its statistics and explicit flushes.
 * @throws Error if `await tf.setBackend('onnx')`, `'onnx-cuda'` or `'onnx-webgpu'` has not been called, or could not start
 */
export function onnxBackend(): OnnxBackend {
  const backend = tf.findBackend(tf.getBackend());
  if (backend instanceof OnnxBackend) return backend;
  throw new Error("onnxBackend: await tf.setBackend('onnx') must have succeeded before");
}
