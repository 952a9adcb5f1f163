import * as tf from '@tensorflow/tfjs-core';

/** Options of {@link resizeBilinear}. */
export interface ResizeBilinearOptions {
  /** Whether the centres of the corner pixels, rather than their outer corners, coincide. */
  readonly alignCorners: boolean;
}

/**
 * Bilinear resize as two matrix products, `Y = R_h · X · R_wᵀ` for each image and channel.
 *
 * Only stock operations with constant matrices are used, so derivatives of every order are exact
 * on every backend (`ResizeBilinearGrad` of tfjs-backend-cpu 4.22 swaps height and width on images
 * that are not square). With `alignCorners` output row `i` reads row `i · (H − 1) / (h − 1)`, else
 * row `(i + ½) · H / h − ½`, as PyTorch's `interpolate` does. No antialiasing when shrinking.
 *
 * @param x - [N, H, W, C], float32
 * @param size - [height, width] of the result in pixels, positive integers
 * @param options - sampling grid
 * @returns [N, height, width, C]
 * @throws RangeError if `x` is not of rank 4 or a size is not a positive integer
 * @example
 * ```ts
 * const line = tf.tensor4d([0, 2], [1, 1, 2, 1]);
 * await resizeBilinear(line, [1, 3], { alignCorners: true }).data(); // => Float32Array.of(0, 1, 2)
 * ```
 */
export function resizeBilinear(
  x: tf.Tensor4D,
  size: readonly [height: number, width: number],
  { alignCorners }: ResizeBilinearOptions,
): tf.Tensor4D {
  if (x.shape.length !== 4) {
    throw new RangeError(`resizeBilinear: x must have shape [N, H, W, C], got [${x.shape}]`);
  }
  if (!size.every((pixels) => Number.isInteger(pixels) && pixels >= 1)) {
    throw new RangeError(`resizeBilinear: size must be two positive integers, got [${size}]`);
  }
  const [batch, oldHeight, oldWidth, channels] = x.shape;
  const [height, width] = size;
  return tf.tidy(() => {
    const rows = interpolationMatrix(oldHeight, height, alignCorners);
    const columns = interpolationMatrix(oldWidth, width, alignCorners);
    const planes = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [
      batch * channels,
      oldHeight,
      oldWidth,
    ]);
    const tall = tf.matMul(tf.reshape(rows, [1, height, oldHeight]), planes); // [N·C, h, W]
    const flat = tf.reshape(tall, [batch * channels * height, oldWidth]);
    const wide = tf.matMul(flat as tf.Tensor2D, columns, false, true); // [N·C·h, w]
    return tf.transpose(tf.reshape(wide, [batch, channels, height, width]), [0, 2, 3, 1]);
  }) as tf.Tensor4D;
}

/** [to, from] matrix whose row i holds the two weights of output i. */
function interpolationMatrix(from: number, to: number, alignCorners: boolean): tf.Tensor2D {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const position = alignCorners ? cornerPosition(i, from, to) : centrePosition(i, from, to);
    const low = Math.min(Math.floor(position), from - 1);
    const high = Math.min(low + 1, from - 1);
    const fraction = position - low;
    weights[i * from + low]! += 1 - fraction;
    weights[i * from + high]! += fraction;
  }
  return tf.tensor2d(weights, [to, from]);
}

function cornerPosition(i: number, from: number, to: number): number {
  return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
}

function centrePosition(i: number, from: number, to: number): number {
  return Math.max(0, ((i + 0.5) * from) / to - 0.5);
}
