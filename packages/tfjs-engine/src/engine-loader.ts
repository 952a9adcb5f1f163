import * as tf from '@tensorflow/tfjs-core';
import type { EngineName } from './engine.ts';
import { restoreRemovedUtilities } from './removed-utilities.ts';
import { registerWasmFilterGradient } from './wasm-filter-gradient.ts';
import { loadWebGpu } from './webgpu.ts';

/** What an engine is told when it starts. */
export interface EngineSettings {
  readonly threads: number | undefined;
  /** Whether it was named, or is tried for being fast. */
  readonly isAutomatic: boolean;
}

/** How an engine comes into a program. */
export interface EngineLoader {
  /** The tfjs backend that it registers. */
  readonly backend: string;
  /** The packages that it needs, all of them optional peers. */
  readonly packages: readonly string[];
  /** What to type when it is missing. */
  readonly install: string;
  /** Registers the backend. */
  readonly load: (settings: EngineSettings) => Promise<void>;
  /** Looks closer at the running backend; throws where the engine's promise is not kept. */
  readonly check?: () => void;
}

const TFJS = '4.22.0';

/** Imports by a name that neither type checker nor bundler resolves: the package need not be there. */
const optional = (name: string): Promise<Record<string, unknown>> => import(name);

function loadTfjsNode(name: string): EngineLoader['load'] {
  return async () => {
    restoreRemovedUtilities();
    // a program that takes tfjs-node's advice to install it would read it again
    if (tf.findBackendFactory('tensorflow') === null) await optional(name);
  };
}

interface OnnxPackage {
  readonly setOnnxOptions: (options: { threads?: number }) => void;
  readonly assertProvider: (provider: 'cpu' | 'cuda' | 'webgpu') => void;
}

function loadOnnx(provider: 'cpu' | 'cuda' | 'webgpu'): EngineLoader['load'] {
  return async ({ threads }) => {
    const onnx = (await optional('@mammo/tfjs-backend-onnx')) as unknown as OnnxPackage;
    onnx.assertProvider(provider);
    if (threads !== undefined) onnx.setOnnxOptions({ threads });
  };
}

const INSTALL_ONNX = 'npm install --ignore-scripts @mammo/tfjs-backend-onnx';

export const LOADERS: Readonly<Record<EngineName, EngineLoader>> = {
  'tensorflow-gpu': {
    backend: 'tensorflow',
    packages: ['@tensorflow/tfjs-node-gpu'],
    install: `npm install --ignore-scripts=false @tensorflow/tfjs-node-gpu@${TFJS} (CUDA 11.2 and cuDNN 8.1; its install step downloads libtensorflow)`,
    load: loadTfjsNode('@tensorflow/tfjs-node-gpu'),
    check: () => {
      const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
      if (isUsingGpuDevice !== true) throw new Error('TensorFlow sees no CUDA device');
    },
  },
  tensorflow: {
    backend: 'tensorflow',
    packages: ['@tensorflow/tfjs-node'],
    install: `npm install --ignore-scripts=false @tensorflow/tfjs-node@${TFJS} (its install step downloads libtensorflow; or build it on the library of a TensorFlow wheel: npx tfjs-engine setup-tensorflow)`,
    load: loadTfjsNode('@tensorflow/tfjs-node'),
  },
  webgpu: {
    backend: 'webgpu',
    packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
    install: `npm install webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@${TFJS} (and a Vulkan driver)`,
    load: ({ isAutomatic }) => loadWebGpu(optional, isAutomatic),
  },
  'onnx-cuda': {
    backend: 'onnx-cuda',
    packages: ['@mammo/tfjs-backend-onnx'],
    install:
      'npm install --ignore-scripts=false @mammo/tfjs-backend-onnx (CUDA 12 and cuDNN 9; the install step of onnxruntime-node downloads its CUDA provider)',
    load: loadOnnx('cuda'),
  },
  'onnx-webgpu': {
    backend: 'onnx-webgpu',
    packages: ['@mammo/tfjs-backend-onnx'],
    install: `${INSTALL_ONNX} (and a graphics driver: on Linux Vulkan, with libvulkan.so.1)`,
    load: loadOnnx('webgpu'),
  },
  onnx: {
    backend: 'onnx',
    packages: ['@mammo/tfjs-backend-onnx'],
    install: INSTALL_ONNX,
    load: loadOnnx('cpu'),
  },
  wasm: {
    backend: 'wasm',
    packages: ['@tensorflow/tfjs-backend-wasm'],
    install: `npm install @tensorflow/tfjs-backend-wasm@${TFJS}`,
    load: async () => {
      await optional('@tensorflow/tfjs-backend-wasm');
      registerWasmFilterGradient();
    },
  },
  cpu: {
    backend: 'cpu',
    packages: ['@tensorflow/tfjs-backend-cpu'],
    install: `npm install @tensorflow/tfjs-backend-cpu@${TFJS}`,
    load: async () => {
      await optional('@tensorflow/tfjs-backend-cpu');
    },
  },
};
