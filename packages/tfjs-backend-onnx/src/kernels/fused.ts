import type * as tf from '@tensorflow/tfjs-core';
import { constantView, elementwise } from '../broadcast.ts';
import type { Graph } from '../graph.ts';
import { allFloat, type Kernel, type KernelTable } from '../kernel.ts';
import type { View } from '../layout.ts';
import { convolutionKernels } from './convolution.ts';
import { depthwiseKernels } from './depthwise-convolution.ts';
import { binary, clip, leakyRelu, prelu, unary } from './elementwise.ts';
import { matmulKernels } from './matmul.ts';

type FusedInputs = { readonly bias?: View; readonly preluActivationWeights?: View };

type Activation = (graph: Graph, x: View, inputs: FusedInputs, alpha: number) => View | undefined;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: (graph, x) => unary(graph, 'Relu', x),
  relu6: (graph, x) => clip(graph, x, 0, 6),
  elu: (graph, x) => unary(graph, 'Elu', x),
  sigmoid: (graph, x) => unary(graph, 'Sigmoid', x),
  leakyrelu: (graph, x, _, alpha) => leakyRelu(graph, x, alpha),
  prelu: (graph, x, { preluActivationWeights }) =>
    preluActivationWeights && prelu(graph, x, preluActivationWeights),
};

/** Bias and activation of tfjs's fused layers. */
function finish(graph: Graph, x: View, inputs: FusedInputs, attributes: unknown): View | undefined {
  const { activation, leakyreluAlpha } = attributes as tf.FusedConv2DAttrs;
  const shifted = inputs.bias === undefined ? x : binary(graph, 'Add', x, inputs.bias);
  return ACTIVATIONS[activation ?? 'linear']?.(graph, shifted, inputs, leakyreluAlpha ?? 0.2);
}

const fused =
  (kernel: Kernel): Kernel =>
  (call) => {
    const [x, filter] = call.list as [View, View];
    const result = kernel({ ...call, list: [x, filter] }) as View | undefined;
    return result && finish(call.graph, result, call.inputs, call.attributes);
  };

export const fusedKernels: KernelTable = {
  FusedConv2D: fused(convolutionKernels.Conv2D!),
  FusedDepthwiseConv2D: fused(depthwiseKernels.DepthwiseConv2dNative!),
  _FusedMatMul: fused(matmulKernels.BatchMatMul!),
  FusedBatchNorm: ({ graph, inputs, list, attributes }) => {
    if (!allFloat(list)) return undefined;
    const { x, mean, variance, scale, offset } = inputs as Record<string, View>;
    const { varianceEpsilon } = attributes as tf.FusedBatchNormAttrs;
    const spread = binary(graph, 'Add', variance!, constantView(graph, varianceEpsilon));
    const root = elementwise(graph, 'Sqrt', [spread], 'float32');
    const factor = binary(graph, 'Div', scale ?? constantView(graph, 1), root);
    const scaled = binary(graph, 'Mul', binary(graph, 'Sub', x!, mean!), factor);
    return offset === undefined ? scaled : binary(graph, 'Add', scaled, offset);
  },
};
