import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import '../src/index.ts';
import { array } from './compare.ts';

/** ⟨w, A x⟩ and ⟨Aᵀ w, x⟩ of a linear kernel and its gradient kernel. */
async function products(
  forward: (x: tf.Tensor4D) => tf.Tensor,
  backward: (dy: tf.Tensor, x: tf.Tensor4D) => tf.Tensor,
): Promise<readonly [number, number]> {
  await tf.setBackend('onnx');
  const results = tf.tidy(() => {
    const x = array([2, 6, 8, 3], 3) as tf.Tensor4D;
    const y = forward(x);
    const w = array(y.shape, 4);
    return [tf.sum(tf.mul(w, y)), tf.sum(tf.mul(backward(w, x), x))];
  });
  const [left, right] = await Promise.all(results.map(async (t) => (await t.data())[0]!));
  tf.dispose(results);
  return [left!, right!];
}

const run = (name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

describe('gradients are adjoint to the forward kernel', () => {
  test.each([
    [3, 2, 0],
    [3, 1, 'valid'],
    [2, 2, 0],
  ] as const)('average pooling %i/%i pad %s', async (size, stride, pad) => {
    const [left, right] = await products(
      (x) => tf.avgPool(x, size, stride, pad),
      (dy, input) => run(tf.AvgPoolGrad, { dy, input }, { filterSize: size, strides: stride, pad }),
    );
    expect(Math.abs(left - right)).toBeLessThan(1e-4);
  });

  test.each([true, false])(
    'bilinear resize of oblong images, where tfjs cpu is wrong, aligned corners %s',
    async (alignCorners) => {
      const [left, right] = await products(
        (x) => tf.image.resizeBilinear(x, [12, 11], alignCorners),
        (dy, images) => run(tf.ResizeBilinearGrad, { images, dy }, { alignCorners }),
      );
      expect(Math.abs(left - right)).toBeLessThan(1e-4);
    },
  );
});
