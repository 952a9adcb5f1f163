import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from './backend.ts';
import { runOnCpu } from './cpu-fallback.ts';
import { sizeOf } from './graph.ts';
import type { Kernel, KernelTable } from './kernel.ts';
import { convolutionKernels } from './kernels/convolution.ts';
import { depthwiseKernels } from './kernels/depthwise-convolution.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import { fusedKernels } from './kernels/fused.ts';
import { gatherKernels } from './kernels/gather.ts';
import { imageKernels } from './kernels/image.ts';
import { matmulKernels } from './kernels/matmul.ts';
import { poolingKernels } from './kernels/pooling.ts';
import { reduceKernels } from './kernels/reduce.ts';
import { shapeKernels } from './kernels/shape.ts';
import type { View } from './layout.ts';
import type { Provider } from './runtime.ts';

/** The tfjs backend of each execution provider. */
export const BACKEND_NAMES: Readonly<Record<Provider, string>> = {
  cpu: 'onnx',
  cuda: 'onnx-cuda',
  webgpu: 'onnx-webgpu',
};

/** Kernels recorded as ONNX operations; all others are tfjs-backend-cpu's. */
const recordedKernels: KernelTable = {
  ...elementwiseKernels,
  ...reduceKernels,
  ...matmulKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...poolingKernels,
  ...imageKernels,
  ...shapeKernels,
  ...gatherKernels,
  ...fusedKernels,
};

const SHARING: ReadonlySet<string> = new Set([tf.Identity, tf.Reshape]);

/** Registers every kernel that is recorded here or that tfjs-backend-cpu has. */
export function registerKernels(backendName: string): void {
  const register = (kernelName: string, body: KernelBody): void =>
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => body(backend as OnnxBackend, inputs, attrs),
    });
  for (const kernelName of Object.keys(recordedKernels)) {
    register(kernelName, (backend, inputs, attributes) =>
      record(backend, kernelName, recordedKernels[kernelName]!, inputs, attributes),
    );
  }
  register(tf.Identity, (backend, inputs) => share(backend, inputs.x as tf.TensorInfo));
  register(tf.Reshape, (backend, inputs, attributes) => {
    const x = inputs.x as tf.TensorInfo;
    // the parts of a complex tensor have shapes of their own
    if (x.dtype === 'complex64') return runOnCpu(backend, tf.Reshape, inputs, attributes);
    const { shape } = attributes as unknown as tf.ReshapeAttrs;
    return share(backend, { ...x, shape: tf.util.inferFromImplicitShape(shape, sizeOf(x.shape)) });
  });
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (kernelName in recordedKernels || SHARING.has(kernelName)) continue;
    register(kernelName, (backend, inputs, attributes) =>
      runOnCpu(backend, kernelName, inputs, attributes),
    );
  }
}

/** Clones and reshaped tensors share the data of the original; tfjs counts on that when it looks for leaks. */
function share(backend: OnnxBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}

type KernelBody = (
  backend: OnnxBackend,
  inputs: tf.NamedTensorInfoMap,
  attributes: tf.NamedAttrMap | undefined,
) => tf.TensorInfo | tf.TensorInfo[];

const isRecordable = (tensor: tf.TensorInfo): boolean =>
  tensor.dtype !== 'string' && tensor.dtype !== 'complex64' && sizeOf(tensor.shape) > 0;

function record(
  backend: OnnxBackend,
  kernelName: string,
  kernel: Kernel,
  inputs: tf.NamedTensorInfoMap,
  attributes: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  backend.limitRecording();
  const list: View[] = [];
  const named: Record<string, View> = {};
  for (const name in inputs) {
    const tensor = inputs[name] as tf.TensorInfo | null | undefined;
    if (tensor == null) continue;
    if (!isRecordable(tensor)) return runOnCpu(backend, kernelName, inputs, attributes);
    const shown = backend.viewOf(tensor);
    list.push(shown);
    named[name] = shown;
  }
  backend.graph.kernel = kernelName;
  const result = kernel({ graph: backend.graph, inputs: named, list, attributes });
  if (result === undefined) return runOnCpu(backend, kernelName, inputs, attributes);
  return 'value' in result
    ? backend.makeTensorInfo(result)
    : result.map((part) => backend.makeTensorInfo(part));
}
