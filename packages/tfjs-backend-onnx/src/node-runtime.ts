import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeModel, type ReadNode, readNodes } from './onnx-model.ts';
import {
  FILLED,
  type Provider,
  type RuntimeOptions,
  type RuntimeTensor,
  type SynchronousRuntime,
} from './runtime.ts';

/** The synchronous session of onnxruntime-node's native binding. */
interface NativeSession {
  loadModel(
    buffer: ArrayBufferLike,
    byteOffset: number,
    byteLength: number,
    options: RuntimeOptions,
  ): void;
  run(
    feeds: Record<string, RuntimeTensor>,
    fetches: Record<string, RuntimeTensor | null>,
    options: object,
  ): Record<string, RuntimeTensor>;
  endProfiling(): void;
  dispose(): void;
}

interface NativeBinding {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  initOrt(): void;
}

/**
 * Loads ONNX Runtime's native library.
 * @throws Error when there is none for this platform, or when the provider finds no device
 */
export function loadRuntime(provider: Provider): SynchronousRuntime {
  const runtime = loadLibrary(provider);
  if (provider === 'cpu') return { ...runtime, channelBlock: findChannelBlock(runtime) };
  startProvider(runtime, provider);
  return { ...runtime, channelBlock: undefined };
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

type Library = Omit<SynchronousRuntime, 'channelBlock'>;

function loadLibrary(provider: Provider): Library {
  try {
    const require = requireHere();
    const { Tensor } = require('onnxruntime-node') as { Tensor: SynchronousRuntime['Tensor'] };
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as NativeBinding;
    initOrt();
    const fillsArrays = provider === 'cpu';
    return {
      provider,
      fillsArrays,
      Tensor,
      isSynchronous: true,
      processors: availableParallelism(),
      createSession(model, options, places, tellsNodes = false) {
        const session = new binding.InferenceSession();
        const { buffer, byteOffset, byteLength } = model;
        const output = Object.keys(places).length > 0 ? { preferredOutputLocation: places } : {};
        const executionProviders = [provider];
        const load = (more: RuntimeOptions) =>
          session.loadModel(buffer, byteOffset, byteLength, {
            executionProviders,
            ...options,
            ...output,
            ...more,
          });
        const nodes = tellsNodes ? loadedNodes(load) : undefined;
        if (!tellsNodes) load({});
        const run: NativeSession['run'] = fillsArrays
          ? filling(session)
          : session.run.bind(session);
        return {
          ...(nodes === undefined ? {} : { nodes }),
          run: (feeds, fetches) => run(feeds, fetches, {}),
          endProfiling: () => session.endProfiling(),
          release: () => session.dispose(),
        };
      },
    };
  } catch (cause) {
    throw new Error(missingRuntimeMessage(process.platform, process.arch), { cause });
  }
}

/** Loads a model, and reads which operations that makes from the file that ONNX Runtime writes of it. */
function loadedNodes(load: (options: RuntimeOptions) => void): ReadNode[] {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-nodes-'));
  try {
    const path = join(folder, 'step.onnx');
    load({ optimizedModelFilePath: path });
    return readNodes(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the binding says of an output that is no tensor, when the run is over. */
const NO_TENSOR = 'Non tensor type is temporarily not supported.';

/**
 * A run that fills the arrays it is given, and does no more. The binding (1.30) also copies every output into a new array,
 * which takes a sixth of a training step: it is stopped before the first by an output that it cannot hand over.
 */
function filling(session: NativeSession): NativeSession['run'] {
  return (feeds, fetches, options) => {
    try {
      return session.run(feeds, { [FILLED]: null, ...fetches }, options);
    } catch (error) {
      if ((error as Error).message !== NO_TENSOR) throw error;
      return fetches as Record<string, RuntimeTensor>;
    }
  };
}

/** Widths of the vector registers that ONNX Runtime's blocks are made for, in numbers. */
const CHANNEL_BLOCKS: readonly number[] = [8, 16];

/** Lays sixteen channels of two pixels out in blocks and looks where the second pixel begins. */
function findChannelBlock(runtime: Library): number | undefined {
  const shape = [1, 16, 1, 2];
  const port = { type: 'float32', shape } as const;
  const model = encodeModel({
    emptySequence: FILLED,
    nodes: [{ op: 'ToBlocks', name: 'probe', inputs: ['x'], output: 'y', attributes: {} }],
    inputs: [{ ...port, name: 'x' }],
    outputs: [{ ...port, name: 'y' }],
    constants: [],
  });
  const pixels = Float32Array.from({ length: 32 }, (_, i) => i % 2);
  try {
    const y = new runtime.Tensor('float32', new Float32Array(32), shape);
    const session = runtime.createSession(model, { logSeverityLevel: 4 }, {});
    session.run({ x: new runtime.Tensor('float32', pixels, shape) }, { y });
    session.release();
    const block = (y.data as Float32Array).indexOf(1);
    return CHANNEL_BLOCKS.includes(block) ? block : undefined;
  } catch {
    return undefined; // this processor, or this build, has no such layout
  }
}

type DeviceProvider = Exclude<Provider, 'cpu'>;

const HOW_TO_HAVE: Readonly<Record<DeviceProvider, string>> = {
  cuda: "onnxruntime-node's install script fetches the CUDA provider (npm rebuild --ignore-scripts=false onnxruntime-node --onnxruntime-node-install=cuda12), for CUDA 12 and cuDNN 9",
  webgpu: 'it needs a graphics driver (on Linux Vulkan, with libvulkan.so.1)',
};

/** Compiles and runs the smallest model, since providers look for their device no sooner. */
function startProvider(runtime: Library, provider: DeviceProvider): void {
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
    session.run({ x: new runtime.Tensor('float32', Float32Array.of(1), [1]) }, { y: null });
    session.release();
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
