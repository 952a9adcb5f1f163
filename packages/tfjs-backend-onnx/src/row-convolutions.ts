import { type FindFusion, type Fusion, onlyReader, type Readers } from './fusion.ts';
import { sameShape, sizeOf, type Value } from './graph.ts';

/*
 * y = scale · x + bias or scale · x + z, with a scale and a bias for each row of numbers (the pixels of a channel), is what a pointwise
 * convolution with a group for each row computes. ONNX Runtime's has one pass over memory, and takes a leaky rectifier along,
 * where Mul, Add and LeakyRelu have one each. Rounding is the same but for z, to which the product is added before it is rounded.
 */

/** Shorter rows are multiplied and added to as fast by themselves. */
const LEAST_LENGTH = 256;
const LEAST_ELEMENTS = 2 ** 14;

interface RowConvolution {
  readonly product: Value;
  readonly x: Value;
  readonly scale: Value;
  /** A number for each row, or an array of the shape of x. */
  readonly added: Value;
  readonly rows: number;
}

/** The fusion of a sum, or of the rectifier that alone reads it, by the value that it computes. */
export const rowConvolutionFusion: FindFusion = (sum, readers) => {
  // An output may be written over an array that the run reads, place by place.
  if (sum.type !== 'float32' || readers.get(sum)!.includes(sum)) return undefined;
  const [a, b] = sum.node!.inputs as [Value, Value];
  const found = rowConvolution(sum, a, b, readers) ?? rowConvolution(sum, b, a, readers);
  if (found === undefined) return undefined;
  const { product, x, scale, added, rows } = found;
  const rectified = rectifierOf(sum, readers);
  const output = rectified.at(-1) ?? sum;
  const between = rectified.length === 0 ? [] : [sum, ...rectified.slice(0, -1)];
  const fusion: Fusion = {
    absorbed: [product, ...between],
    write(writer) {
      const perRow = (value: Value, shape: readonly number[]) => {
        const name = writer.name(value);
        if (sizeOf(value.shape) === rows) return writer.reshape(name, shape);
        const whole = writer.integers(rowShape(x.shape, rows));
        return writer.reshape(writer.add('Expand', [name, whole]), shape);
      };
      const flat = [1, rows, 1, sizeOf(x.shape) / rows];
      const others = sameShape(added.shape, x.shape)
        ? ['', writer.reshape(writer.name(added), flat)]
        : [perRow(added, [rows])];
      const inputs = [
        writer.reshape(writer.name(x), flat),
        perRow(scale, [rows, 1, 1, 1]),
        ...others,
      ];
      const windows = { kernel_shape: [1, 1], group: rows };
      const convolved = writer.add(
        'FusedConv',
        inputs,
        { ...windows, ...activation(output) },
        flat,
      );
      writer.reshape(convolved, output.shape);
    },
  };
  return [output, fusion];
};

function rowConvolution(
  sum: Value,
  product: Value,
  added: Value,
  readers: Readers,
): RowConvolution | undefined {
  const { shape } = sum;
  const isOwn = product.node?.op === 'Mul' && onlyReader(readers, product) === sum;
  if (!(isOwn && sameShape(product.shape, shape))) return undefined;
  const [a, b] = product.node!.inputs as [Value, Value];
  const [x, scale] = sameShape(a.shape, shape) ? [a, b] : [b, a];
  if (!sameShape(x.shape, shape)) return undefined;
  const isWhole = sameShape(added.shape, shape);
  // A whole addend is written over, which somebody else's would first have to be copied for.
  if (isWhole && (added.node === undefined || onlyReader(readers, added) !== sum)) return undefined;
  const perRow = isWhole ? [scale] : [scale, added];
  const axes = Math.min(...perRow.map((value) => repeatedAxes(value, shape)));
  const length = sizeOf(shape.slice(shape.length - axes));
  const rows = sizeOf(shape) / length;
  if (rows < 2 || length < LEAST_LENGTH || rows * length < LEAST_ELEMENTS) return undefined;
  return { product, x, scale, added, rows };
}

/** Along how many of the last axes of a shape a value is repeated. */
function repeatedAxes(value: Value, shape: readonly number[]): number {
  let axes = 0;
  while (axes < shape.length && (value.shape.at(-1 - axes) ?? 1) === 1) axes++;
  return axes;
}

/** What leads from a value to the leaky rectifier that alone reads it, which comes last; empty if there is none. */
function rectifierOf(value: Value, readers: Readers): readonly Value[] {
  const path: Value[] = [];
  for (let reader = onlyReader(readers, value); ; reader = onlyReader(readers, reader)) {
    if (reader === undefined) return [];
    path.push(reader);
    if (reader.node!.op === 'LeakyRelu') return path;
    if (reader.node!.op !== 'Reshape') return [];
  }
}

function activation({ node }: Value) {
  if (node!.op !== 'LeakyRelu') return {};
  const { float } = node!.attributes.alpha as { readonly float: number };
  return { activation: 'LeakyRelu', activation_params: { floats: [float] } };
}

/** The first axes of a shape that hold so many rows, then ones. */
function rowShape(shape: readonly number[], rows: number): number[] {
  let left = rows;
  return shape.map((length) => {
    if (left === 1) return 1;
    left /= length;
    return length;
  });
}
