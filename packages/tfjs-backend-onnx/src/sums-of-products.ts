import { type FindFusion, type Fusion, type NodeWriter, onlyReader } from './fusion.ts';
import { type Graph, sameShape, sizeOf, type Value } from './graph.ts';

/*
 * Sums of products along rows are dot products: ONNX Runtime's matrix product multiplies single rows in one pass, without writing
 * the products out, on the processors that have channels in blocks. Only a whole plan tells whether somebody else reads the
 * products: then they are there, and are added up.
 */

/** Rows of shorter or of fewer products are multiplied and added up as fast one after the other. */
const LEAST_LENGTH = 256;
const LEAST_PRODUCTS = 2 ** 14;
/** Longer rows are cut: a dot product adds its terms one after the other, with an error that grows with their number. */
const MOST_TERMS = 2 ** 13;

/**
 * Records the sums of products along those of the axes that are last.
 *
 * @returns the sums, with those axes as 1, and the axes still to be added up; undefined where products are added up as other numbers
 */
export function sumsOfProducts(
  graph: Graph,
  products: Value,
  axes: readonly number[],
): { readonly sums: Value; readonly rest: readonly number[] } | undefined {
  const { shape, node } = products;
  if (graph.channelBlock === undefined || node?.op !== 'Mul') return undefined;
  if (!node.inputs.every((factor) => sameShape(factor!.shape, shape))) return undefined;
  let first = shape.length;
  while (first > 0 && (axes.includes(first - 1) || shape[first - 1] === 1)) first--;
  const length = sizeOf(shape.slice(first));
  if (length < LEAST_LENGTH || sizeOf(shape) < LEAST_PRODUCTS) return undefined;
  const rows = shape.map((own, axis) => (axis < first ? own : 1));
  return {
    sums: graph.node('SumsOfProducts', [products], rows, 'float32'),
    rest: axes.filter((axis) => axis < first && shape[axis] !== 1),
  };
}

/** How recorded sums of products are computed. */
export const sumFusion: FindFusion = (sums, readers) => {
  const products = sums.node!.inputs[0]!;
  const isOwn = onlyReader(readers, products) === sums;
  return [sums, isOwn ? dotProducts(sums, products) : sumsInStages(sums, products)];
};

function dotProducts(sums: Value, products: Value): Fusion {
  const [rows, length] = rowsOf(sums, products);
  const parts = partsOf(length);
  const cut = [rows * parts, 1, length / parts];
  return {
    absorbed: [products],
    write(writer) {
      const factors = products.node!.inputs.map((factor) =>
        writer.reshape(writer.name(factor!), cut),
      );
      const dots = writer.add('FusedMatMul', factors, { transA: 0, transB: 1 });
      writer.reshape(parts === 1 ? dots : addUp(writer, dots, [rows, parts]), sums.shape);
    },
  };
}

function sumsInStages(sums: Value, products: Value): Fusion {
  const [rows, length] = rowsOf(sums, products);
  const part = middleDivisor(length);
  return {
    absorbed: [],
    write(writer) {
      const inner = addUp(writer, writer.name(products), [rows, length / part, part]);
      writer.reshape(addUp(writer, inner, [rows, length / part]), sums.shape);
    },
  };
}

/** Number of rows and their length. */
function rowsOf(sums: Value, products: Value): [rows: number, length: number] {
  const rows = sizeOf(sums.shape);
  return [rows, sizeOf(products.shape) / rows];
}

/** Sums along the last axis of numbers that have the shape. */
function addUp(writer: NodeWriter, numbers: string, shape: readonly number[]): string {
  const input = writer.reshape(numbers, shape);
  return writer.add('ReduceSum', [input, writer.integers([shape.length - 1])], { keepdims: 0 });
}

/** Into how many equal parts a row is cut; 1 where it has no such divisor. */
function partsOf(length: number): number {
  for (let parts = Math.ceil(length / MOST_TERMS); length / parts >= LEAST_LENGTH; parts++) {
    if (length % parts === 0) return parts;
  }
  return 1;
}

/** The divisor of a length that is nearest to its root from below. */
export function middleDivisor(length: number): number {
  let divisor = Math.floor(Math.sqrt(length));
  while (length % divisor !== 0) divisor--;
  return divisor;
}
