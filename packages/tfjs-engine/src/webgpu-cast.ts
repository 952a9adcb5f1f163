import * as tf from '@tensorflow/tfjs-core';

const BACKEND = 'webgpu';

/** Types that tfjs-backend-webgpu 4.22 relabels as float32 without converting them. */
const RELABELLED: ReadonlySet<tf.DataType> = new Set<tf.DataType>(['bool', 'int32']);

let isRegistered = false;

/**
 * Makes `tf.cast` to float32 convert on tfjs-backend-webgpu. Its own kernel hands the integers on under the new name, which
 * kernels that move elements, such as Transpose, refuse to compile: their result, and all that is made of it, is 0.
 */
export function registerWebGpuCast(): void {
  if (isRegistered) return;
  isRegistered = true;
  const cast = tf.getKernel(tf.Cast, BACKEND).kernelFunc;
  const multiply = tf.getKernel(tf.Multiply, BACKEND).kernelFunc;
  tf.unregisterKernel(tf.Cast, BACKEND);
  tf.registerKernel({
    kernelName: tf.Cast,
    backendName: BACKEND,
    kernelFunc: (call) => {
      const { x } = call.inputs as Record<'x', tf.TensorInfo>;
      const { dtype } = call.attrs as unknown as tf.CastAttrs;
      if (dtype !== 'float32' || !RELABELLED.has(x.dtype)) return cast(call);
      const backend = call.backend as tf.KernelBackend;
      const dataId = backend.write(Float32Array.of(1), [], 'float32');
      const one: tf.TensorInfo = { dataId, shape: [], dtype };
      try {
        return multiply({ inputs: { a: x, b: one }, backend });
      } finally {
        backend.disposeData(dataId);
      }
    },
  });
}
