import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './custom-gradient.ts';
import { checkPooling, type PoolWindow } from './pool-window.ts';

/**
 * Maximum over windows without padding, differentiable to any order.
 *
 * The first derivative *scatters* `dy` to the first maximum of each window (row-major order, as
 * PyTorch and TensorFlow do on ties). Scattering is linear in `dy`; its derivative *gathers* from
 * the same places, and the derivative of gathering is scattering again. The winners are constants:
 * the second derivative of a piecewise linear function is zero wherever it exists.
 *
 * **Differences**: tfjs-backend-wasm and tfjs-backend-webgpu 4.22 prefer the last maximum on ties.
 *
 * @param x - [N, H, W, C], float32
 * @param window - size and stride in pixels; rows and columns that no window covers are ignored
 * @returns [N, floor((H − size) / stride) + 1, floor((W − size) / stride) + 1, C]
 * @throws RangeError if `x` is not of rank 4, is smaller than the window, or size or stride is not
 *   a positive integer
 * @example
 * ```ts
 * await maxPool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), { size: 2, stride: 2 }).data(); // => Float32Array.of(4)
 * ```
 */
export function maxPool(x: tf.Tensor4D, window: PoolWindow): tf.Tensor4D {
  checkPooling('maxPool', x, window);
  return withGradient(
    x,
    (input) => {
      const value = tf.maxPool(input, window.size, window.stride, 'valid');
      return { value, saved: [input, value] };
    },
    (dy, [input, output]) => scatter(dy, new Winners(input!, output!, window)),
  );
}

/** The places of the window maxima: a constant linear map from outputs to inputs. */
class Winners {
  readonly #input: tf.Tensor;
  readonly #output: tf.Tensor;
  readonly window: PoolWindow;

  constructor(input: tf.Tensor, output: tf.Tensor, window: PoolWindow) {
    this.#input = input;
    this.#output = output;
    this.window = window;
  }

  scatter(dy: tf.Tensor): tf.Tensor {
    const { size, stride } = this.window;
    const input = tf.getBackend() === 'wasm' ? aboveZero(this.#input) : this.#input;
    const attributes = { filterSize: size, strides: stride, pad: 'valid' };
    return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input, output: this.#output }, attributes);
  }

  gather(ddx: tf.Tensor4D): tf.Tensor4D {
    const { size, stride } = this.window;
    return stride >= size ? this.#gatherDisjoint(ddx) : this.#gatherOverlapping(ddx);
  }

  /** Each input belongs to at most one window: mask the losers, then add up each window. */
  #gatherDisjoint(ddx: tf.Tensor4D): tf.Tensor4D {
    const { size, stride } = this.window;
    const mask = this.scatter(tf.onesLike(this.#output));
    const mean = tf.avgPool(tf.mul(ddx, mask) as tf.Tensor4D, size, stride, 'valid');
    return tf.mul(mean, size * size);
  }

  /** Visits the window row by row; the first element equal to the maximum contributes. */
  #gatherOverlapping(ddx: tf.Tensor4D): tf.Tensor4D {
    const { size } = this.window;
    let open: tf.Tensor = tf.onesLike(this.#output); // 1 until the window's winner is found
    let sum: tf.Tensor = tf.zerosLike(this.#output);
    for (let offset = 0; offset < size * size; offset++) {
      const candidate = this.#shifted(this.#input as tf.Tensor4D, offset);
      const wins = tf.mul(open, tf.cast(tf.equal(candidate, this.#output), 'float32'));
      sum = tf.add(sum, tf.mul(wins, this.#shifted(ddx, offset)));
      open = tf.sub(open, wins);
    }
    return sum as tf.Tensor4D;
  }

  /** Element number `offset` of every window: [N, H', W', C]. */
  #shifted(x: tf.Tensor4D, offset: number): tf.Tensor {
    const { size, stride } = this.window;
    const [batch, rows, columns, channels] = this.#output.shape as [number, number, number, number];
    const [row, column] = [Math.floor(offset / size), offset % size];
    return tf.stridedSlice(
      x,
      [0, row, column, 0],
      [batch, row + (rows - 1) * stride + 1, column + (columns - 1) * stride + 1, channels],
      [1, stride, stride, 1],
    );
  }
}

/** The same order with positive values: wasm's MaxPoolGrad finds no winner in windows without any. */
function aboveZero(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.sub(x, tf.min(x)), 1);
}

function scatter(dy: tf.Tensor, winners: Winners): tf.Tensor {
  return withGradient(
    dy,
    (input) => ({ value: winners.scatter(input) }),
    (ddx) => gather(ddx, winners),
  );
}

function gather(ddx: tf.Tensor, winners: Winners): tf.Tensor {
  return withGradient(
    ddx as tf.Tensor4D,
    (input) => ({ value: winners.gather(input) }),
    (dy) => scatter(dy, winners),
  );
}
