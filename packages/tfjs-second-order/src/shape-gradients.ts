import * as tf from '@tensorflow/tfjs-core';
import { constant } from './custom-gradient.ts';

/** Gradients of kernels that move, repeat, select or add up elements. */
export const shapeGradients: readonly tf.GradConfig[] = [
  reshaping(tf.Reshape, 'x'),
  reshaping(tf.ExpandDims, 'input'),
  {
    kernelName: tf.Transpose,
    gradFunc: (dy, _, attributes) => {
      const perm = (attributes as unknown as tf.TransposeAttrs).perm;
      const undo = perm.map((_, axis) => perm.indexOf(axis));
      return { x: () => tf.transpose(dy as tf.Tensor, undo) };
    },
  },
  {
    kernelName: tf.Reverse,
    gradFunc: (dy, _, attributes) => ({
      x: () => tf.reverse(dy as tf.Tensor, (attributes as unknown as tf.ReverseAttrs).dims),
    }),
  },
  {
    kernelName: tf.Sum,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => ({ x: () => spread(dy as tf.Tensor, x!.shape, axis) }),
  },
  {
    kernelName: tf.Mean,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], { axis }) => {
      const share = (dy as tf.Tensor).size / x!.size;
      return { x: () => spread(tf.mul(dy as tf.Tensor, share), x!.shape, axis) };
    },
  },
  extremum(tf.Max),
  extremum(tf.Min),
  {
    kernelName: tf.Slice,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const begin = [(attributes as unknown as tf.SliceAttrs).begin].flat();
      const paddings = begin.map((before, axis): [number, number] => [
        before,
        x!.shape[axis]! - before - (dy as tf.Tensor).shape[axis]!,
      ]);
      return { x: () => tf.pad(dy as tf.Tensor, paddings) };
    },
  },
  {
    kernelName: tf.PadV2,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const begin = (attributes as unknown as tf.PadV2Attrs).paddings.map(([before]) => before);
      return { x: () => tf.slice(dy as tf.Tensor, begin, x!.shape) };
    },
  },
  {
    kernelName: tf.Concat,
    saveAllInputs: true,
    gradFunc: (dy, parts, attributes) => {
      const axis = (attributes as unknown as tf.ConcatAttrs).axis;
      let offset = 0;
      const gradients = parts.map(({ shape }) => {
        const begin = shape.map((_, dimension) => (dimension === axis ? offset : 0));
        offset += shape[axis]!;
        return () => tf.slice(dy as tf.Tensor, begin, shape);
      });
      return Object.fromEntries(gradients.entries());
    },
  },
  {
    kernelName: tf.SplitV,
    gradFunc: (dys, _, { axis }) => ({ x: () => tf.concat(tensors(dys), axis as number) }),
  },
  {
    kernelName: tf.Pack,
    saveAllInputs: true,
    gradFunc: (dy, _, attributes) => {
      const parts = tf.unstack(dy as tf.Tensor, (attributes as unknown as tf.PackAttrs).axis);
      return Object.fromEntries(parts.map((part, index) => [index, () => part]));
    },
  },
  {
    kernelName: tf.Unpack,
    gradFunc: (dys, _, { axis }) => ({ value: () => tf.stack(tensors(dys), axis as number) }),
  },
  {
    kernelName: tf.Tile,
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attributes) => {
      const { reps } = attributes as unknown as tf.TileAttrs;
      return { x: () => sumOfCopies(dy as tf.Tensor, reps, x!.shape) };
    },
  },
  {
    kernelName: tf.AddN,
    saveAllInputs: true,
    gradFunc: (dy, parts) =>
      Object.fromEntries(parts.map((_, index) => [index, () => tf.clone(dy as tf.Tensor)])),
  },
];

/** One axis after the other, in three dimensions: WebGPU has no more than six. */
function sumOfCopies(dy: tf.Tensor, reps: readonly number[], shape: number[]): tf.Tensor {
  let total = tf.reshape(dy, [1, dy.size]);
  let before = 1;
  for (const [axis, count] of reps.entries()) {
    total = tf.sum(tf.reshape(total, [before, count, -1]), 1);
    before *= shape[axis]!;
  }
  return tf.reshape(total, shape);
}

function reshaping(kernelName: string, inputName: string): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [inputName],
    gradFunc: (dy, [x]) => ({ [inputName]: () => tf.reshape(dy as tf.Tensor, x!.shape) }),
  };
}

/** Every element that equals the extremum receives the gradient, as tfjs has it. */
function extremum(kernelName: string): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, { reductionIndices }) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      const keptShape = keepDimensions(x.shape, reductionIndices);
      const winners = constant(() => tf.cast(tf.equal(x, tf.reshape(y, keptShape)), 'float32'));
      return { x: () => tf.mul(tf.reshape(dy as tf.Tensor, keptShape), winners) };
    },
  };
}

function spread(dy: tf.Tensor, shape: number[], axis: unknown): tf.Tensor {
  return tf.broadcastTo(tf.reshape(dy, keepDimensions(shape, axis)), shape);
}

function keepDimensions(shape: number[], axis: unknown): number[] {
  const reduced = tf.util.parseAxisParam(axis as number | number[], shape);
  return shape.map((length, dimension) => (reduced.includes(dimension) ? 1 : length));
}

function tensors(dys: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
  return Array.isArray(dys) ? dys : [dys];
}
