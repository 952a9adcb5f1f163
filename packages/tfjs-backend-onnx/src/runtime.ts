import { createRequire } from 'node:module';
import type { InferenceSession as CommonSession, Tensor } from 'onnxruntime-node';

export type RuntimeTensor = Tensor;

/** The synchronous session of onnxruntime-node's native binding. */
export interface RuntimeSession {
  loadModel(
    buffer: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    options: CommonSession.SessionOptions,
  ): void;
  run(
    feeds: Record<string, Tensor>,
    fetches: Record<string, Tensor | null>,
    options: CommonSession.RunOptions,
  ): Record<string, Tensor>;
  endProfiling(): void;
  dispose(): void;
}

export type RuntimeOptions = CommonSession.SessionOptions;

export interface Runtime {
  readonly Tensor: typeof Tensor;
  createSession(model: Uint8Array, options: RuntimeOptions): RuntimeSession;
}

interface NativeBinding {
  readonly binding: { readonly InferenceSession: new () => RuntimeSession };
  initOrt(): void;
}

/**
 * Loads ONNX Runtime's native library.
 * @throws Error when there is none for this platform
 */
export function loadRuntime(): Runtime {
  const require = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  try {
    const { Tensor } = require('onnxruntime-node') as { Tensor: Runtime['Tensor'] };
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as NativeBinding;
    initOrt();
    return {
      Tensor,
      createSession(model, options) {
        const session = new binding.InferenceSession();
        session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
        return session;
      },
    };
  } catch (cause) {
    throw new Error(missingRuntimeMessage(process.platform, process.arch), { cause });
  }
}

/** Says why the backend cannot start here and what to use instead. */
export function missingRuntimeMessage(platform: string, architecture: string): string {
  return (
    `tfjs-backend-onnx: onnxruntime-node could not be loaded on ${platform} ${architecture}; ` +
    'it ships binaries for Linux x64/arm64, Windows x64/arm64 and macOS arm64 (not macOS x64). ' +
    "Use another backend, for example await tf.setBackend('cpu')"
  );
}
