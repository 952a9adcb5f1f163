import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { AsynchronousRuntime, Provider } from './runtime.ts';

/** What the backend uses of onnxruntime-common's interface, as `onnxruntime-web` exports it. */
export interface OnnxRuntimeModule {
  /** Makes a session of a model. */
  readonly InferenceSession: {
    /** Loads a model, an ONNX file in memory. */
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  /** Wraps an array as an input of a session. */
  readonly Tensor: typeof Tensor;
}

/** Execution providers of onnxruntime-web. */
export type WebProvider = 'wasm' | 'webgpu';

/** The nodes that a provider has are those of its namesake in Node. */
const NODES_OF: Readonly<Record<WebProvider, Provider>> = { wasm: 'cpu', webgpu: 'webgpu' };

/** ONNX Runtime behind onnxruntime-common's interface, which answers later. */
export function webRuntime(ort: OnnxRuntimeModule, provider: WebProvider): AsynchronousRuntime {
  return {
    provider: NODES_OF[provider],
    Tensor: ort.Tensor,
    isSynchronous: false,
    fillsArrays: false,
    channelBlock: undefined,
    processors: globalThis.navigator?.hardwareConcurrency ?? 1,
    async createSession(model, options, places) {
      const output = Object.keys(places).length > 0 ? { preferredOutputLocation: places } : {};
      const executionProviders = [provider];
      const session = await ort.InferenceSession.create(model, {
        executionProviders,
        ...options,
        ...output,
      });
      return {
        async run(feeds, fetches) {
          return (await session.run(feeds, fetches)) as Record<string, Tensor>;
        },
        endProfiling: () => session.endProfiling(),
        release: () => void session.release(),
      };
    },
  };
}
