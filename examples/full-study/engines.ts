import '@tensorflow/tfjs'; // registers the gradients, which tfjs-core alone does not
import * as tf from '@tensorflow/tfjs-core';
import { registerWasmFilterGradient } from './wasm-filter-gradient.ts';

export const ENGINES = [
  'onnx',
  'tensorflow',
  'tensorflow-gpu',
  'webgpu',
  'wasm',
  'cpu',
  'auto',
] as const;
export type EngineChoice = (typeof ENGINES)[number];
export type EngineName = Exclude<EngineChoice, 'auto'>;

/** An engine that is not installed, or that this machine cannot run; the message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

interface Engine {
  /** The tfjs backend that it registers. */
  readonly backend: string;
  /** What to type when it is missing. */
  readonly install: string;
  /** Whether two trainings side by side, each on half of the cores, are faster than one after the other. */
  readonly sharesCores: boolean;
  readonly load: (threads: number) => Promise<void>;
}

/** Optional engines are imported by a name that the type checker does not resolve: they need not be installed. */
const optional = (name: string): Promise<Record<string, unknown>> => import(name);

const tfjsNode = (name: string): Engine => ({
  backend: 'tensorflow',
  install: `npm install --no-save --ignore-scripts=false ${name}@4.22.0  (its install step downloads libtensorflow)`,
  sharesCores: false,
  load: async () => {
    await optional(name);
  },
});

const REGISTRY: Record<EngineName, Engine> = {
  onnx: {
    backend: 'onnx',
    install: 'npm ci',
    sharesCores: true,
    load: async (threads) => {
      const { setOnnxOptions } = await import('@mammo/tfjs-backend-onnx');
      setOnnxOptions({ threads });
    },
  },
  tensorflow: tfjsNode('@tensorflow/tfjs-node'),
  'tensorflow-gpu': tfjsNode('@tensorflow/tfjs-node-gpu'),
  webgpu: {
    backend: 'webgpu',
    install:
      'npm install --no-save webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0  (and a Vulkan driver)',
    sharesCores: false,
    load: async () => {
      const { create, globals } = (await optional('webgpu')) as {
        create: (flags: string[]) => unknown;
        globals: object;
      };
      Object.assign(globalThis, globals);
      Object.defineProperty(globalThis, 'navigator', {
        value: { gpu: create([]), userAgent: 'node' },
        configurable: true,
      });
      await optional('@tensorflow/tfjs-backend-webgpu');
    },
  },
  wasm: {
    backend: 'wasm',
    install: 'npm ci',
    sharesCores: true,
    load: async () => {
      await import('@tensorflow/tfjs-backend-wasm');
      registerWasmFilterGradient();
    },
  },
  cpu: {
    backend: 'cpu',
    install: 'npm ci',
    sharesCores: true,
    load: async () => {
      await import('@tensorflow/tfjs-backend-cpu');
    },
  },
};

/** The order in which `auto` tries: the fastest that trains first. */
const AUTO: readonly EngineName[] = ['tensorflow-gpu', 'onnx', 'tensorflow', 'cpu'];

/**
 * Makes `engine` the backend of this thread.
 *
 * @param threads CPU threads for engines that let the program choose.
 * @throws EngineError when it is not installed or does not start; the message says how to install it.
 */
export async function startEngine(engine: EngineName, threads: number): Promise<void> {
  tf.env().set('PROD', true); // silences tfjs's advice to install tfjs-node
  const { backend, install, load } = REGISTRY[engine];
  try {
    await load(threads);
    if (!(await tf.setBackend(backend))) throw new Error(`backend "${backend}" did not start`);
    await tf.ready();
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new EngineError(
      `study: engine ${engine} cannot be used here: ${reason}\n  to install it: ${install}`,
    );
  }
}

/** The engine that `auto` stands for on this machine; any other choice is tried and returned. */
export async function resolveEngine(choice: EngineChoice): Promise<EngineName> {
  if (choice !== 'auto') {
    await startEngine(choice, 1);
    return choice;
  }
  for (const engine of AUTO) {
    try {
      await startEngine(engine, 1);
      return engine;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
    }
  }
  throw new EngineError('study: no engine could be started; run npm ci again');
}

/** Whether two trainings may run side by side on `engine`. */
export function sharesCores(engine: EngineName): boolean {
  return REGISTRY[engine].sharesCores;
}
