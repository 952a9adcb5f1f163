import * as tf from '@tensorflow/tfjs-core';
import { OnnxBackend } from './backend.ts';
import { registerKernels } from './register-kernels.ts';
import { type OnnxRuntimeModule, type WebProvider, webRuntime } from './web-runtime.ts';

export type { OnnxBackend } from './backend.ts';
export { type OnnxOptions, setOnnxOptions } from './options.ts';
export type { OnnxStatistics } from './statistics.ts';
export type { OnnxRuntimeModule, WebProvider } from './web-runtime.ts';

/** How {@link registerOnnxWeb} names and runs the backend. */
export interface OnnxWebOptions {
  /** ONNX Runtime's execution provider; default `'wasm'`. */
  readonly provider?: WebProvider;
  /** The backend's name for `tf.setBackend`; default `'onnx'`, or `'onnx-webgpu'` with that provider. */
  readonly name?: string;
}

const NAMES: Readonly<Record<WebProvider, string>> = { wasm: 'onnx', webgpu: 'onnx-webgpu' };

/**
 * Registers the backend on an ONNX Runtime that answers later, such as onnxruntime-web in a page: the same recording and the same
 * models as in Node. Tensors are read with `await tensor.data()`; `dataSync`, and the kernels that only tfjs-backend-cpu has, work
 * on data that is on the host already and throw otherwise.
 *
 * @param ort - the module `onnxruntime-web`, or another with onnxruntime-common's interface
 * @returns the name for `tf.setBackend`
 * @throws TypeError if the module has no `InferenceSession` or the provider is unknown
 * @example
 * import * as ort from 'onnxruntime-web';
 * await tf.setBackend(registerOnnxWeb(ort));
 */
export function registerOnnxWeb(
  ort: OnnxRuntimeModule,
  { provider = 'wasm', name = NAMES[provider] }: OnnxWebOptions = {},
): string {
  if (typeof ort?.InferenceSession?.create !== 'function') {
    throw new TypeError(
      `registerOnnxWeb: ort must be the module onnxruntime-web, with InferenceSession, got ${ort}`,
    );
  }
  if (!Object.hasOwn(NAMES, provider)) {
    throw new TypeError(`registerOnnxWeb: provider must be wasm or webgpu, got ${provider}`);
  }
  registerKernels(name);
  tf.registerBackend(name, () => new OnnxBackend(webRuntime(ort, provider)), 0);
  return name;
}
