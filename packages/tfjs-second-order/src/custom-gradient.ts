import * as tf from '@tensorflow/tfjs-core';

/**
 * `tf.customGrad` with types, for one input.
 *
 * `forward` runs outside the tape. Tensors it names in `saved` (its input or its value) are kept for
 * `gradient`. The saved *input* keeps its place in the graph, so a gradient written with
 * differentiable operations can be differentiated again; the saved *value* is a constant.
 */
export function withGradient<X extends tf.Tensor, Y extends tf.Tensor>(
  x: X,
  forward: (x: X) => { readonly value: Y; readonly saved?: readonly tf.Tensor[] },
  gradient: (dy: Y, saved: readonly tf.Tensor[]) => tf.Tensor,
): Y {
  const operation = tf.customGrad((input, save) => {
    const { value, saved } = forward(input as X);
    if (saved !== undefined) (save as tf.GradSaveFunc)([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy as Y, kept) };
  });
  return operation(x) as Y;
}

/** A tensor that no derivative sees: what `compute` does stays off the tape. */
export function constant<T extends tf.Tensor>(compute: () => T): T {
  return tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}
