import type * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.ts';
import { allFloat, type KernelTable } from '../kernel.ts';
import { CHANNELS_FIRST, inOrder, type View, view } from '../layout.ts';
import { multiplyAxes } from './image-axes.ts';

interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Linear interpolation of one axis as a matrix [output, input]. */
function interpolation(graph: Graph, input: number, output: number, sampling: Sampling): Value {
  const { alignCorners, halfPixelCenters } = sampling;
  const key = `bilinear${[input, output, alignCorners, halfPixelCenters].join()}`;
  return graph.constant(key, [output, input], 'float32', () => {
    const inset = alignCorners && output > 1 ? 1 : 0;
    const ratio = (input - inset) / (output - inset);
    const weights = new Float64Array(output * input);
    for (let o = 0; o < output; o++) {
      const source = halfPixelCenters ? ratio * (o + 0.5) - 0.5 : ratio * o;
      const low = Math.max(0, Math.floor(source));
      const high = Math.max(0, Math.min(input - 1, Math.ceil(source)));
      const fraction = Math.max(0, source - low);
      weights[o * input + low]! += 1 - fraction;
      weights[o * input + high]! += fraction;
    }
    return Float32Array.from(weights);
  });
}

function resize(graph: Graph, x: View, [height, width]: readonly [number, number], s: Sampling) {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const value = multiplyAxes(graph, inOrder(graph, x, CHANNELS_FIRST), {
    rows: interpolation(graph, h, height, s),
    columns: interpolation(graph, w, width, s),
    transposed: false,
  });
  return view(value, [n, height, width, c], CHANNELS_FIRST);
}

/** The adjoint of resize: both axes by the transposed matrices. */
function resizeGradient(graph: Graph, dy: View, shape: readonly number[], s: Sampling): View {
  const [, height, width] = dy.shape as [number, number, number];
  const [, h, w] = shape as [number, number, number];
  const value = multiplyAxes(graph, inOrder(graph, dy, CHANNELS_FIRST), {
    rows: interpolation(graph, h, height, s),
    columns: interpolation(graph, w, width, s),
    transposed: true,
  });
  return view(value, shape, CHANNELS_FIRST);
}

export const imageKernels: KernelTable = {
  ResizeBilinear: ({ graph, list, attributes }) => {
    const { size, alignCorners, halfPixelCenters } = attributes as tf.ResizeBilinearAttrs;
    if (!allFloat(list)) return undefined;
    return resize(graph, list[0]!, size, { alignCorners, halfPixelCenters });
  },
  ResizeBilinearGrad: ({ graph, inputs, list, attributes }) => {
    const { images, dy } = inputs as Record<'images' | 'dy', View>;
    const { alignCorners } = attributes as tf.ResizeBilinearGradAttrs;
    if (!allFloat(list)) return undefined;
    return resizeGradient(graph, dy, images.shape, { alignCorners, halfPixelCenters: false });
  },
};
