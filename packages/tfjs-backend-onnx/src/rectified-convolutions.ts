import { type FindFusion, type Fusion, onlyReader } from './fusion.ts';

/** Convolutions of blocks that nothing but a rectifier reads: they rectify by themselves, as ONNX Runtime makes its others do. */
export const rectifiedConvolutionFusion: FindFusion = (rectified, readers) => {
  const convolution = rectified.node!.inputs[0]!;
  const isBare = convolution.node?.op === 'BlockedConv';
  if (!isBare || onlyReader(readers, convolution) !== rectified) return undefined;
  const { op, inputs, attributes } = convolution.node!;
  const fusion: Fusion = {
    absorbed: [convolution],
    write(writer) {
      const names = inputs.map((input) => (input === undefined ? '' : writer.name(input)));
      writer.add(op, names, { ...attributes, activation: 'Relu' });
    },
  };
  return [rectified, fusion];
};
