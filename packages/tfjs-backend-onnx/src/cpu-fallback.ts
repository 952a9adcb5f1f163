import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { OnnxBackend } from './backend.ts';

/** Ragged kernels take lists of tensors under one name. */
type KernelInputs =
  | readonly tf.TensorInfo[]
  | Readonly<Record<string, tf.TensorInfo | readonly tf.TensorInfo[] | undefined>>;

const isList = <T extends object>(
  input: T | readonly tf.TensorInfo[],
): input is readonly tf.TensorInfo[] => Array.isArray(input);

let silentCpu: MathBackendCPU | undefined;

/** A private tfjs-backend-cpu that holds tensors only while one kernel runs. */
function cpu(): MathBackendCPU {
  if (silentCpu === undefined) {
    silentCpu = new MathBackendCPU();
    Object.assign(silentCpu, { firstUse: false }); // it would recommend another package
  }
  return silentCpu;
}

/** Runs tfjs-backend-cpu's kernel on data read from the backend, and takes the results over. */
export function runOnCpu(
  backend: OnnxBackend,
  kernelName: string,
  inputs: tf.NamedTensorInfoMap,
  attributes: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const kernel = tf.getKernel(kernelName, 'cpu');
  if (kernel === undefined) {
    throw new Error(
      `onnx backend: kernel ${kernelName} exists neither here nor in tfjs-backend-cpu`,
    );
  }
  backend.countFallback();
  const borrowed: tf.TensorInfo[] = [];
  const lend = (tensor: tf.TensorInfo): tf.TensorInfo => {
    const copy = lendTensor(backend, tensor, borrowed);
    borrowed.push(copy);
    return copy;
  };
  const lendAll = (tensors: readonly tf.TensorInfo[]): tf.TensorInfo[] => tensors.map(lend);
  const lendInputs = (given: KernelInputs): KernelInputs => {
    if (isList(given)) return lendAll(given);
    const present = Object.entries(given).filter(([, input]) => input != null);
    return Object.fromEntries(
      present.map(([name, input]) => [name, isList(input!) ? lendAll(input) : lend(input!)]),
    );
  };
  try {
    const results = kernel.kernelFunc({
      inputs: lendInputs(inputs as KernelInputs) as tf.NamedTensorInfoMap,
      backend: cpu(),
      ...(attributes === undefined ? {} : { attrs: attributes }),
    });
    const taken = Array.isArray(results)
      ? results.map((result) => takeTensor(backend, result))
      : takeTensor(backend, results);
    for (const result of [results].flat()) cpu().disposeData(result.dataId);
    return taken;
  } finally {
    for (const tensor of borrowed) cpu().disposeData(tensor.dataId);
  }
}

function lendTensor(
  backend: OnnxBackend,
  tensor: tf.TensorInfo,
  borrowed: tf.TensorInfo[],
): tf.TensorInfo {
  const { shape, dtype } = tensor;
  const parts = dtype === 'complex64' ? backend.complexParts(tensor.dataId) : undefined;
  if (parts !== undefined) {
    const [real, imag] = [parts.real, parts.imag].map((part) =>
      lendTensor(backend, part, borrowed),
    ) as [tf.TensorInfo, tf.TensorInfo];
    borrowed.push(real, imag);
    return tf.getKernel('Complex', 'cpu').kernelFunc({
      inputs: { real, imag },
      backend: cpu(),
    }) as tf.TensorInfo;
  }
  const values = backend.readSync(tensor.dataId);
  // some of tfjs-backend-cpu's kernels read the rank of a whole tensor
  const rank = shape.length;
  return { dataId: cpu().write(values, [...shape], dtype), shape, dtype, rank } as tf.TensorInfo;
}

function takeTensor(backend: OnnxBackend, result: tf.TensorInfo): tf.TensorInfo {
  const { shape, dtype } = result;
  const stored = cpu().data.get(result.dataId);
  if (stored.complexTensorInfos !== undefined) {
    const { real, imag } = stored.complexTensorInfos;
    const complex = { real: takeTensor(backend, real), imag: takeTensor(backend, imag) };
    return backend.makeForeign(shape, dtype, { complex });
  }
  const values = cpu().readSync(result.dataId);
  return { dataId: backend.write(values, shape, dtype), shape, dtype };
}
