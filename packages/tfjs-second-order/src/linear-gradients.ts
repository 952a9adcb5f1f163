import * as tf from '@tensorflow/tfjs-core';
import { reduceTo } from './elementwise-gradients.ts';

/**
 * Gradients of matrix products and convolutions.
 *
 * The three convolution kernels are the three partial derivatives of the trilinear form
 * `Σ dy · (x ∗ filter)`, so each one's derivatives are the other two.
 */
export const linearGradients: readonly tf.GradConfig[] = [
  {
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
      const dY = dy as tf.Tensor;
      const dA = () =>
        transposeA ? tf.matMul(b, dY, transposeB, true) : tf.matMul(dY, b, false, !transposeB);
      const dB = () =>
        transposeB ? tf.matMul(dY, a, true, transposeA) : tf.matMul(a, dY, !transposeA, false);
      return { a: () => reduceTo(a.shape, dA()), b: () => reduceTo(b.shape, dB()) };
    },
  },
  {
    kernelName: tf.Conv2D,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attributes) => {
      const [x, filter] = saved as [tf.Tensor, tf.Tensor];
      const settings = convolutionOf(attributes);
      return {
        x: () => inputGradient(dy as tf.Tensor, filter, settings, x.shape),
        filter: () => filterGradient(x, dy as tf.Tensor, settings, filter.shape),
      };
    },
  },
  {
    kernelName: tf.Conv2DBackpropInput,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, saved, attributes) => {
      const [dy, filter] = saved as [tf.Tensor, tf.Tensor];
      const settings = convolutionOf(attributes);
      return {
        dy: () => convolution(ddx as tf.Tensor, filter, settings),
        filter: () => filterGradient(ddx as tf.Tensor, dy, settings, filter.shape),
      };
    },
  },
  {
    kernelName: tf.Conv2DBackpropFilter,
    inputsToSave: ['x', 'dy'],
    gradFunc: (ddw, saved, attributes) => {
      const [x, dy] = saved as [tf.Tensor, tf.Tensor];
      const settings = convolutionOf(attributes);
      return {
        x: () => inputGradient(dy, ddw as tf.Tensor, settings, x.shape),
        dy: () => convolution(x, ddw as tf.Tensor, settings),
      };
    },
  },
];

/** What the three kernels have in common. */
interface Convolution {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function convolutionOf(attributes: tf.NamedAttrMap): Convolution {
  const { strides, pad, dataFormat, dimRoundingMode, dilations } =
    attributes as unknown as tf.Conv2DAttrs;
  if (dilations !== undefined && !tf.backend_util.tupleValuesAreOne(dilations)) {
    throw new RangeError(`conv2d gradient: dilations must be 1, got ${dilations}`);
  }
  return {
    strides,
    pad,
    dataFormat,
    ...(dimRoundingMode === undefined ? {} : { dimRoundingMode }),
  };
}

function convolution(x: tf.Tensor, filter: tf.Tensor, settings: Convolution): tf.Tensor {
  const { strides, pad, dataFormat, dimRoundingMode } = settings;
  const [image, kernel] = [x as tf.Tensor4D, filter as tf.Tensor4D];
  return tf.conv2d(image, kernel, strides, pad, dataFormat, 1, dimRoundingMode);
}

function inputGradient(
  dy: tf.Tensor,
  filter: tf.Tensor,
  settings: Convolution,
  inputShape: number[],
): tf.Tensor {
  return run(tf.Conv2DBackpropInput, { dy, filter }, { ...settings, inputShape });
}

function filterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  settings: Convolution,
  filterShape: number[],
): tf.Tensor {
  return run(tf.Conv2DBackpropFilter, { x, dy }, { ...settings, filterShape });
}

function run(kernelName: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;
}
