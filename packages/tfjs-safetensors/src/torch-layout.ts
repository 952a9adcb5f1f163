import { type ArrayTensor, sizeOf } from './array-tensor.ts';

/** What a weight belongs to: its layout in PyTorch follows from it. */
export type WeightKind = 'convolution' | 'linear' | 'plain';

/** New position of each axis, from tfjs to PyTorch: HWIO → OIHW, [in, out] → [out, in]. */
const TO_TORCH: Readonly<Record<Exclude<WeightKind, 'plain'>, readonly number[]>> = {
  convolution: [3, 2, 0, 1],
  linear: [1, 0],
};

const FROM_TORCH: typeof TO_TORCH = {
  convolution: [2, 3, 1, 0],
  linear: [1, 0],
};

/** The kind that a weight's rank tells in networks of convolutions, linear layers and vectors. */
export function weightKind(shape: readonly number[]): WeightKind {
  if (shape.length === 4) return 'convolution';
  return shape.length === 2 ? 'linear' : 'plain';
}

/**
 * A weight as PyTorch keeps it: convolutions [out, in, height, width], linear layers [out, in].
 *
 * @param tensor - as tfjs keeps it: [height, width, in, out], [in, out]
 * @throws RangeError if the rank does not fit the kind
 */
export function toTorch(
  tensor: ArrayTensor,
  kind: WeightKind = weightKind(tensor.shape),
): ArrayTensor {
  return kind === 'plain' ? tensor : transpose('toTorch', tensor, TO_TORCH[kind]);
}

/**
 * The inverse of {@link toTorch}.
 *
 * @throws RangeError if the rank does not fit the kind
 */
export function fromTorch(
  tensor: ArrayTensor,
  kind: WeightKind = weightKind(tensor.shape),
): ArrayTensor {
  return kind === 'plain' ? tensor : transpose('fromTorch', tensor, FROM_TORCH[kind]);
}

/** `result.shape[i] = tensor.shape[order[i]]`. */
function transpose(
  caller: string,
  { shape, data }: ArrayTensor,
  order: readonly number[],
): ArrayTensor {
  if (shape.length !== order.length) {
    throw new RangeError(`${caller}: shape must have rank ${order.length}, got [${shape}]`);
  }
  const target = order.map((axis) => shape[axis] as number);
  const strides = order.map((axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float32Array(data.length);
  const index = new Array<number>(order.length).fill(0);
  let source = 0;
  for (let at = 0; at < result.length; at++) {
    result[at] = data[source] as number;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      source += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (target[axis] as number)) break;
      source -= (strides[axis] as number) * (target[axis] as number);
      index[axis] = 0;
    }
  }
  return { shape: target, data: result };
}
