import * as tf from '@tensorflow/tfjs-core';

export type Info = tf.backend_util.Conv2DInfo;

/** tfjs's description of a convolution and the borders that it really uses. */
export interface Geometry {
  readonly info: Info;
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
}

/** Whether windows of pixels side by side move by one. */
export const isDense = (info: Info): boolean =>
  info.strideHeight === 1 &&
  info.strideWidth === 1 &&
  info.dilationHeight === 1 &&
  info.dilationWidth === 1;

function lastPad(output: number, stride: number, extent: number, input: number, first: number) {
  return (output - 1) * stride + extent - input - first;
}

/** tfjs's geometry; the last pads are those that the output size really uses. */
export function geometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: unknown,
  { depthwise = false }: { readonly depthwise?: boolean } = {},
): Geometry | undefined {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes as tf.Conv2DAttrs;
  if (dataFormat === 'NCHW') return undefined;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { top, left, bottom, right } = info.padInfo;
  const low = lastPad(
    info.outHeight,
    info.strideHeight,
    info.effectiveFilterHeight,
    info.inHeight,
    top,
  );
  const high = lastPad(
    info.outWidth,
    info.strideWidth,
    info.effectiveFilterWidth,
    info.inWidth,
    left,
  );
  return { info, pads: [top, left, Math.max(bottom, low), Math.max(right, high)] };
}
