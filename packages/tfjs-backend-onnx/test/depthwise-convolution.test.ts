import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { onnxBackend } from '../src/index.ts';
import { array, expectSameOnBothBackends } from './compare.ts';
import { images, type T4 } from './inputs.ts';

const filter = (size: number, multiplier: number) => array([size, size, 3, multiplier], 7) as T4;

const GEOMETRIES = [
  { size: 3, multiplier: 1, stride: 1, pad: 'same', dilation: 1 },
  { size: 3, multiplier: 2, stride: 2, pad: 'same', dilation: 1 },
  { size: 3, multiplier: 2, stride: 1, pad: 'valid', dilation: 2 },
  { size: 2, multiplier: 3, stride: 2, pad: 'valid', dilation: 1 },
  { size: 5, multiplier: 1, stride: 3, pad: 'same', dilation: 1 },
] as const;

describe.each(GEOMETRIES)(
  'depthwise convolution $size×$size×$multiplier stride $stride pad $pad dilation $dilation',
  ({ size, multiplier, stride, pad, dilation }) => {
    const convolve = (x: tf.Tensor, w: tf.Tensor) =>
      tf.depthwiseConv2d(x as T4, w as T4, stride, pad, 'NHWC', dilation);

    test('and its gradients agree with tfjs cpu', async () => {
      await expectSameOnBothBackends(() => {
        const [x, w] = [images([2, 11, 9, 3]), filter(size, multiplier)];
        const y = convolve(x, w);
        if (dilation > 1) return y; // tfjs has no gradient of it
        const [dx, dw] = tf.grads(convolve)([x, w], array(y.shape, 8));
        return [y, dx!, dw!];
      });
    });
  },
);

test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'prelu', 'leakyrelu'] as const)(
  'a fused layer with %s is recorded and agrees with tfjs cpu',
  async (activation) => {
    const layer = () =>
      tf.fused.depthwiseConv2d({
        x: tf.mul(images(), 5) as T4,
        filter: filter(3, 2),
        strides: 1,
        pad: 'same',
        bias: array([6], 2),
        activation,
        leakyreluAlpha: 0.3,
        ...(activation === 'prelu' ? { preluActivationWeights: array([6], 3) } : {}),
      });
    await tf.setBackend('onnx');
    const before = onnxBackend().stats().fallbacks;
    tf.dispose(layer());
    expect(onnxBackend().stats().fallbacks).toBe(before);
    await expectSameOnBothBackends(layer);
  },
);
