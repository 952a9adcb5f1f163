import * as tf from '@tensorflow/tfjs-core';

/**
 * The one kernel that tfjs's wasm backend lacks for training (tfjs issue 8474), by a convolution with the roles changed:
 * channels take the batch's place, and the output's gradient is the filter, dilated by the stride.
 */
export function registerWasmFilterGradient(): void {
  tf.registerKernel({
    kernelName: tf.Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as Record<'x' | 'dy', tf.Tensor>;
      const { strides, pad, filterShape } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const info = tf.backend_util.computeConv2DInfo(
        x.shape as [number, number, number, number],
        filterShape,
        strides,
        1,
        pad,
      );
      return tf.tidy(() => filterGradient(x, dy, info));
    },
  });
}

function filterGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  { padInfo, strideHeight, strideWidth, filterHeight, filterWidth }: tf.backend_util.Conv2DInfo,
): tf.Tensor {
  const padded = tf.pad(x, [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]);
  const images = tf.transpose(padded, [3, 1, 2, 0]) as tf.Tensor4D; // [Cin, H, W, N]
  const filter = tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D; // [H', W', N, Cout]
  const all = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
  const [channels, , , outputs] = all.shape;
  const used = tf.slice(all, [0, 0, 0, 0], [channels, filterHeight, filterWidth, outputs]);
  return tf.transpose(used, [1, 2, 0, 3]); // [h, w, Cin, Cout]
}
