import type { ArrayTensor } from './array-tensor.ts';

/**
 * What a tensor is a parameter of: a convolution (HWIO in tfjs, OIHW in PyTorch), a linear layer
 * ([in, out] and [out, in]), or anything whose layout is the same.
 */
export type TorchKind = 'conv' | 'linear' | 'plain';

/**
 * From tfjs's layout to PyTorch's: HWIO → OIHW, [in, out] → [out, in].
 *
 * @param tensor - not changed
 * @param kind - default by rank: 4 is a convolution, 2 a linear layer
 * @returns a new tensor, or `tensor` itself where the layouts are the same
 * @throws RangeError if the rank does not fit the kind
 * @example
 * ```ts
 * toTorch({ data: Float32Array.of(1, 2), shape: [2, 1] }).shape; // => [1, 2]
 * ```
 */
export function toTorch(tensor: ArrayTensor, kind: TorchKind = kindOf(tensor)): ArrayTensor {
  switch (kind) {
    case 'conv':
      return permute('toTorch', tensor, [3, 2, 0, 1]);
    case 'linear':
      return permute('toTorch', tensor, [1, 0]);
    case 'plain':
      return tensor;
    default:
      throw unknownKind('toTorch', kind);
  }
}

/**
 * From PyTorch's layout to tfjs's: OIHW → HWIO, [out, in] → [in, out]. Undoes {@link toTorch}.
 *
 * @param tensor - not changed
 * @param kind - default by rank: 4 is a convolution, 2 a linear layer
 * @returns a new tensor, or `tensor` itself where the layouts are the same
 * @throws RangeError if the rank does not fit the kind
 * @example
 * ```ts
 * fromTorch({ data: new Float32Array(6), shape: [1, 3, 1, 2] }).shape; // => [1, 2, 3, 1]
 * ```
 */
export function fromTorch(tensor: ArrayTensor, kind: TorchKind = kindOf(tensor)): ArrayTensor {
  switch (kind) {
    case 'conv':
      return permute('fromTorch', tensor, [2, 3, 1, 0]);
    case 'linear':
      return permute('fromTorch', tensor, [1, 0]);
    case 'plain':
      return tensor;
    default:
      throw unknownKind('fromTorch', kind);
  }
}

function kindOf({ shape }: ArrayTensor): TorchKind {
  if (shape.length === 4) return 'conv';
  return shape.length === 2 ? 'linear' : 'plain';
}

function unknownKind(caller: string, kind: never): RangeError {
  return new RangeError(`${caller}: kind must be conv, linear or plain, got ${kind}`);
}

/** Axis i of the result is axis `order[i]` of the tensor. */
function permute(caller: string, { shape, data }: ArrayTensor, order: number[]): ArrayTensor {
  if (shape.length !== order.length) {
    throw new RangeError(`${caller}: tensor must have rank ${order.length}, got shape [${shape}]`);
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const newShape = order.map((axis) => shape[axis]!);
  const newStrides = order.map((axis) => strides[axis]!);
  const index = newShape.map(() => 0);
  const moved = new Float32Array(data.length);
  let source = 0;
  for (let target = 0; target < moved.length; target++) {
    moved[target] = data[source]!;
    source += advance(index, newShape, newStrides);
  }
  return { shape: newShape, data: moved };
}

/** Moves a multi-index to the next element in row-major order; returns by how much the offset moves. */
function advance(index: number[], shape: number[], strides: number[]): number {
  let shift = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis]! += 1;
    shift += strides[axis]!;
    if (index[axis]! < shape[axis]!) return shift;
    shift -= strides[axis]! * shape[axis]!;
    index[axis] = 0;
  }
  return shift;
}
