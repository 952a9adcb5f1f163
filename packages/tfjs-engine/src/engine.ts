/** The engines that can carry a TensorFlow.js program, in the order in which `'auto'` tries them. */
export const ENGINES = ['tensorflow-gpu', 'tensorflow', 'webgpu', 'onnx', 'wasm', 'cpu'] as const;

/** An engine: @tensorflow/tfjs-node-gpu, tfjs-node, tfjs-backend-webgpu on Dawn, @mammo/tfjs-backend-onnx, tfjs-backend-wasm, tfjs-backend-cpu. */
export type EngineName = (typeof ENGINES)[number];

/** An engine by name, or the first of {@link ENGINES} that is present and starts. */
export type EngineChoice = EngineName | 'auto';

/** An engine that is not installed, or that this machine cannot run; the message says why and what to type. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
