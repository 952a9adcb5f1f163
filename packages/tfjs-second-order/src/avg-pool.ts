import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './custom-gradient.ts';
import { checkPooling, type PoolWindow } from './pool-window.ts';

/**
 * Mean over windows without padding, differentiable to any order.
 *
 * A linear map; its derivative spreads `dy / size²` over each window, and the derivative of
 * spreading is the average pooling itself. The stock operation throws at the second order.
 *
 * @param x - [N, H, W, C], float32
 * @param window - size and stride in pixels
 * @returns [N, floor((H − size) / stride) + 1, floor((W − size) / stride) + 1, C]
 * @throws RangeError if `x` is not of rank 4, is smaller than the window, or size or stride is not
 *   a positive integer
 * @example
 * ```ts
 * await avgPool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), { size: 2, stride: 2 }).data(); // => Float32Array.of(2.5)
 * ```
 */
export function avgPool(x: tf.Tensor4D, window: PoolWindow): tf.Tensor4D {
  checkPooling('avgPool', x, window);
  return withGradient(
    x,
    (input) => ({
      value: tf.avgPool(input, window.size, window.stride, 'valid'),
      saved: [input],
    }),
    (dy, [input]) => spread(dy, input!, window),
  );
}

/** Divides dy among the pixels of each window; of `input` only the shape matters. */
function spread(dy: tf.Tensor4D, input: tf.Tensor, window: PoolWindow): tf.Tensor4D {
  return withGradient(
    dy,
    (dyInput) => ({
      value: tf
        .engine()
        .runKernel(
          tf.AvgPoolGrad,
          { dy: dyInput, input },
          { filterSize: window.size, strides: window.stride, pad: 'valid' },
        ) as tf.Tensor4D,
    }),
    (ddx) => avgPool(ddx, window),
  );
}
