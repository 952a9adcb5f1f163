import * as tf from '@tensorflow/tfjs-core';
import { constant } from './custom-gradient.ts';
import { softmaxGradient } from './log-softmax.ts';
import { rectifierGradient } from './rectifiers.ts';
import { sigmoidGradient, softplusGradient } from './sigmoid.ts';

type Unary = (dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor;
type Binary = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const zero: Unary = (dy) => constant(() => tf.zerosLike(dy));

const unary: Readonly<Record<string, Unary>> = {
  [tf.Abs]: (dy, x) =>
    tf.mul(
      dy,
      constant(() => tf.sign(x)),
    ),
  [tf.Cast]: (dy) => tf.cast(dy, 'float32'),
  [tf.ClipByValue]: (dy, x, attributes) =>
    tf.mul(
      dy,
      constant(() => inside(x, attributes as unknown as tf.ClipByValueAttrs)),
    ),
  [tf.Exp]: (dy, x) => tf.mul(dy, tf.exp(x)),
  [tf.Identity]: (dy) => tf.cast(dy, 'float32'),
  [tf.LeakyRelu]: (dy, x, { alpha }) => rectifierGradient(dy, x, alpha as number),
  [tf.Log]: (dy, x) => tf.div(dy, x),
  [tf.Neg]: (dy) => tf.neg(dy),
  [tf.OnesLike]: zero,
  [tf.Relu]: (dy, x) => rectifierGradient(dy, x, 0),
  [tf.Rsqrt]: (dy, x) => tf.mul(tf.mul(dy, -0.5), tf.div(tf.rsqrt(x), x)),
  [tf.Sigmoid]: sigmoidGradient,
  [tf.Sign]: zero,
  [tf.Softmax]: softmaxGradient,
  [tf.Softplus]: softplusGradient,
  [tf.Sqrt]: (dy, x) => tf.div(tf.mul(dy, 0.5), tf.sqrt(x)),
  [tf.Square]: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
  [tf.Step]: zero,
  [tf.Tanh]: (dy, x) => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x)))),
  [tf.ZerosLike]: zero,
};

const binary: Readonly<Record<string, readonly [a: Binary, b: Binary]>> = {
  [tf.Add]: [(dy) => dy, (dy) => dy],
  [tf.Sub]: [(dy) => dy, (dy) => tf.neg(dy)],
  [tf.Multiply]: [(dy, _, b) => tf.mul(dy, b), (dy, a) => tf.mul(dy, a)],
  [tf.RealDiv]: [
    (dy, _, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, tf.div(a, b)), b)),
  ],
  [tf.SquaredDifference]: [
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ],
  [tf.Pow]: [
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.log(a))),
  ],
  [tf.Maximum]: [
    (dy, a, b) =>
      tf.mul(
        dy,
        constant(() => tf.cast(tf.greaterEqual(a, b), 'float32')),
      ),
    (dy, a, b) =>
      tf.mul(
        dy,
        constant(() => tf.cast(tf.less(a, b), 'float32')),
      ),
  ],
  [tf.Minimum]: [
    (dy, a, b) =>
      tf.mul(
        dy,
        constant(() => tf.cast(tf.lessEqual(a, b), 'float32')),
      ),
    (dy, a, b) =>
      tf.mul(
        dy,
        constant(() => tf.cast(tf.greater(a, b), 'float32')),
      ),
  ],
};

/** Gradients of kernels that act on each element (or on the last axis, for the softmax). */
export const elementwiseGradients: readonly tf.GradConfig[] = [
  ...Object.entries(unary).map(([kernelName, gradient]): tf.GradConfig => {
    const inputName = kernelName === tf.Softmax ? 'logits' : 'x';
    return {
      kernelName,
      inputsToSave: [inputName],
      gradFunc: (dy, [x], attributes) => ({
        [inputName]: () => gradient(dy as tf.Tensor, x!, attributes),
      }),
    };
  }),
  ...Object.entries(binary).map(
    ([kernelName, [gradientA, gradientB]]): tf.GradConfig => ({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, saved) => {
        const [a, b] = saved as [tf.Tensor, tf.Tensor];
        return {
          a: () => reduceTo(a.shape, gradientA(dy as tf.Tensor, a, b)),
          b: () => reduceTo(b.shape, gradientB(dy as tf.Tensor, a, b)),
        };
      },
    }),
  ),
  {
    kernelName: tf.Select,
    inputsToSave: ['condition'],
    gradFunc: (dy, [condition]) => {
      const chosen = (flag: tf.Tensor) => constant(() => tf.cast(flag, 'float32'));
      return {
        condition: () => zero(dy as tf.Tensor, condition!, {}),
        t: () => tf.mul(dy as tf.Tensor, chosen(condition!)),
        e: () => tf.mul(dy as tf.Tensor, tf.sub(1, chosen(condition!))),
      };
    },
  },
];

/**
 * Sums a broadcast gradient over the axes along which its operand was repeated. Always a new tensor:
 * tfjs disposes of gradients that it has added up.
 */
export function reduceTo(shape: number[], gradient: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), shape);
}

function inside(x: tf.Tensor, { clipValueMin, clipValueMax }: tf.ClipByValueAttrs): tf.Tensor {
  const within = tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax));
  return tf.cast(within, 'float32');
}
