import type * as tf from '@tensorflow/tfjs-core';
import { constantView, elementwise } from '../broadcast.ts';
import type { Graph } from '../graph.ts';
import { allFloat, type KernelTable } from '../kernel.ts';
import type { View } from '../layout.ts';
import { convolutionKernels } from './convolution.ts';
import { binary, leakyRelu } from './elementwise.ts';
import { matmulKernels } from './matmul.ts';

type FusedInputs = { readonly bias?: View; readonly preluActivationWeights?: View };

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
};

/** Bias and activation of tfjs's fused layers. */
function finish(graph: Graph, x: View, inputs: FusedInputs, attributes: unknown): View | undefined {
  const { activation, leakyreluAlpha } = attributes as tf.FusedConv2DAttrs;
  const shifted = inputs.bias === undefined ? x : binary(graph, 'Add', x, inputs.bias);
  if (activation === undefined || activation === 'linear') return shifted;
  if (activation === 'leakyrelu') return leakyRelu(graph, shifted, leakyreluAlpha ?? 0.2);
  const op = ACTIVATIONS[activation];
  return op === undefined ? undefined : elementwise(graph, op, [shifted], 'float32');
}

export const fusedKernels: KernelTable = {
  FusedConv2D: (call) => {
    const x = convolutionKernels.Conv2D!(call) as View | undefined;
    return x && finish(call.graph, x, call.inputs as FusedInputs, call.attributes);
  },
  _FusedMatMul: (call) => {
    const { a, b } = call.inputs as Record<'a' | 'b', View>;
    const product = matmulKernels.BatchMatMul!({ ...call, inputs: { a, b }, list: [a, b] });
    return product && finish(call.graph, product as View, call.inputs, call.attributes);
  },
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
