/** The engines that can carry a TensorFlow.js program, the faster ones first. */
export const ENGINES = [
  'tensorflow-gpu',
  'onnx-cuda',
  'tensorflow',
  'webgpu',
  'onnx-webgpu',
  'onnx',
  'wasm',
  'cpu',
] as const;

/**
 * An engine: @tensorflow/tfjs-node-gpu, tfjs-node, tfjs-backend-webgpu on Dawn, @mammo/tfjs-backend-onnx with one of ONNX
 * Runtime's execution providers, tfjs-backend-wasm, tfjs-backend-cpu.
 */
export type EngineName = (typeof ENGINES)[number];

/** Taken by name only: ONNX Runtime does not tell a GPU from a renderer in software, which is slower than `onnx`. */
const BY_NAME: ReadonlySet<EngineName> = new Set<EngineName>(['onnx-webgpu']);

/** What `'auto'` tries, in this order. */
export const AUTOMATIC: readonly EngineName[] = ENGINES.filter((engine) => !BY_NAME.has(engine));

/** An engine by name, or the first that is present and starts. */
export type EngineChoice = EngineName | 'auto';

/** An engine that is not installed, or that this machine cannot run; the message says why and what to type. */
export class EngineError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'EngineError';
}
