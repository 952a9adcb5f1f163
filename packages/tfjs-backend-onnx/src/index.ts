import * as tf from '@tensorflow/tfjs-core';
import { OnnxBackend } from './backend.ts';
import { BACKEND_NAME, registerKernels } from './register-kernels.ts';
import { loadRuntime } from './runtime.ts';

export type { OnnxBackend, OnnxStatistics } from './backend.ts';
export { type OnnxOptions, setOnnxOptions } from './options.ts';

const PRIORITY = 4;

registerKernels();
tf.registerBackend(BACKEND_NAME, () => new OnnxBackend(loadRuntime()), PRIORITY);

/**
 * The running backend, for its statistics and explicit flushes.
 * @throws Error if `await tf.setBackend('onnx')` has not been called, or could not load ONNX Runtime
 */
export function onnxBackend(): OnnxBackend {
  const backend = tf.findBackend(BACKEND_NAME);
  if (backend instanceof OnnxBackend) return backend;
  throw new Error("onnxBackend: await tf.setBackend('onnx') must have succeeded before");
}
