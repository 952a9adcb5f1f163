import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession as CommonSession, Tensor } from 'onnxruntime-node';
import { encodeModel } from './onnx-model.ts';

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

/** ONNX Runtime's execution providers that this backend knows; each is a tfjs backend of its own. */
export type Provider = 'cpu' | 'cuda' | 'webgpu';

/** Where a session leaves an output. */
export type OutputPlace = 'cpu' | 'gpu-buffer';

export interface Runtime {
  readonly provider: Provider;
  readonly Tensor: typeof Tensor;
  /** @param places outputs that do not go to the host */
  createSession(
    model: Uint8Array,
    options: RuntimeOptions,
    places: Readonly<Record<string, OutputPlace>>,
  ): RuntimeSession;
}

interface NativeBinding {
  readonly binding: { readonly InferenceSession: new () => RuntimeSession };
  initOrt(): void;
}

/**
 * Loads ONNX Runtime's native library.
 * @throws Error when there is none for this platform, or when the provider finds no device
 */
export function loadRuntime(provider: Provider): Runtime {
  const runtime = loadLibrary(provider);
  if (provider !== 'cpu') startProvider(runtime, provider);
  return runtime;
}

/**
 * Says nothing where `tf.setBackend` with the backend of this execution provider will succeed.
 * @throws Error with the reason and the remedy, when there is no library for this platform or no device for the provider
 */
export function assertProvider(provider: Provider): void {
  loadRuntime(provider);
}

const requireHere = (): NodeJS.Require =>
  createRequire(typeof __filename === 'string' ? __filename : import.meta.url);

function loadLibrary(provider: Provider): Runtime {
  try {
    const require = requireHere();
    const { Tensor } = require('onnxruntime-node') as { Tensor: Runtime['Tensor'] };
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as NativeBinding;
    initOrt();
    return {
      provider,
      Tensor,
      createSession(model, options, places) {
        const session = new binding.InferenceSession();
        const { buffer, byteOffset, byteLength } = model;
        const output = Object.keys(places).length > 0 ? { preferredOutputLocation: places } : {};
        const executionProviders = [provider];
        session.loadModel(buffer, byteOffset, byteLength, {
          executionProviders,
          ...options,
          ...output,
        });
        return session;
      },
    };
  } catch (cause) {
    throw new Error(missingRuntimeMessage(process.platform, process.arch), { cause });
  }
}

type DeviceProvider = Exclude<Provider, 'cpu'>;

const HOW_TO_HAVE: Readonly<Record<DeviceProvider, string>> = {
  cuda: "onnxruntime-node's install script fetches the CUDA provider (npm rebuild --ignore-scripts=false onnxruntime-node --onnxruntime-node-install=cuda12), for CUDA 12 and cuDNN 9",
  webgpu: 'it needs a graphics driver (on Linux Vulkan, with libvulkan.so.1)',
};

/** Compiles and runs the smallest model, since providers look for their device no sooner. */
function startProvider(runtime: Runtime, provider: DeviceProvider): void {
  const port = { name: 'x', type: 'float32', shape: [1] } as const;
  const model = encodeModel({
    nodes: [{ op: 'Neg', name: 'probe', inputs: ['x'], output: 'y', attributes: {} }],
    inputs: [port],
    outputs: [{ ...port, name: 'y' }],
    constants: [],
  });
  try {
    if (provider === 'cuda') assertCudaLibrary(); // ONNX Runtime would also write to the console
    const session = runtime.createSession(model, { logSeverityLevel: 4 }, {});
    session.run({ x: new runtime.Tensor('float32', Float32Array.of(1), [1]) }, { y: null }, {});
    session.dispose();
  } catch (cause) {
    const [line = ''] = (cause as Error).message.split('\n');
    const reason = line.replace(/^.* was false\. /, ''); // the place in ONNX Runtime's source
    throw new Error(
      `tfjs-backend-onnx: no device for ${provider}: ${reason}; ${HOW_TO_HAVE[provider]}`,
      { cause },
    );
  }
}

function assertCudaLibrary(): void {
  const { platform, arch } = process;
  const folder = join(dirname(requireHere().resolve('onnxruntime-node/package.json')), 'bin');
  const library = join(folder, 'napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so');
  if (!existsSync(library)) throw new Error('its library is not installed');
}

/** Says why the backend cannot start here and what to use instead. */
export function missingRuntimeMessage(platform: string, architecture: string): string {
  return (
    `tfjs-backend-onnx: onnxruntime-node could not be loaded on ${platform} ${architecture}; ` +
    'it ships binaries for Linux x64/arm64, Windows x64/arm64 and macOS arm64 (not macOS x64). ' +
    "Use another backend, for example await tf.setBackend('cpu')"
  );
}
