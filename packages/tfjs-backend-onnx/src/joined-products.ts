import { type FindFusion, onlyReader, type Readers } from './fusion.ts';
import { sizeOf, type Value } from './graph.ts';

/*
 * A gradient by a matrix of weights that meets the images twice, as with a penalty, is a sum of products, a b + c d. That is one product
 * of the factors side by side, [a c] [b; d]: the two products of a few images are each larger than all factors, and need not be written.
 */

/** Smaller sums stay in the processor's caches. */
const LEAST_ELEMENTS = 2 ** 20;
/** Factors that are so much smaller than the sum cost nothing to put together. */
const LEAST_RATIO = 8;

/** The fusion of a sum of two matrix products. */
export const joinedProductsFusion: FindFusion = (sum, readers) => {
  const [first, second] = sum.node!.inputs as [Value, Value];
  const isSmall = sizeOf(sum.shape) < LEAST_ELEMENTS;
  // An output may be written over an array that the run reads, place by place.
  if (isSmall || readers.get(sum)!.includes(sum)) return undefined;
  if (!isOwnProduct(first, sum, readers) || !isOwnProduct(second, sum, readers)) return undefined;
  const [flags, others] = [first.node!.attributes, second.node!.attributes];
  const isAlike = flags.transA === others.transA && flags.transB === others.transB;
  const factors = [...first.node!.inputs, ...second.node!.inputs] as Value[];
  const toJoin = factors.reduce((size, { shape }) => size + sizeOf(shape), 0);
  if (!isAlike || toJoin * LEAST_RATIO > sizeOf(sum.shape)) return undefined;
  const [a, b, c, d] = factors as [Value, Value, Value, Value];
  return [
    sum,
    {
      absorbed: [first, second],
      write(writer) {
        const join = (parts: readonly Value[], axis: number) =>
          writer.add('Concat', parts.map(writer.name), { axis });
        const left = join([a, c], flags.transA === 1 ? 0 : 1);
        const right = join([b, d], flags.transB === 1 ? 1 : 0);
        writer.add('Gemm', [left, right], flags);
      },
    },
  ];
};

/** Whether a value is a product that only the sum reads. */
const isOwnProduct = (value: Value, sum: Value, readers: Readers): boolean =>
  value.node?.op === 'Gemm' && value.node.inputs.length === 2 && onlyReader(readers, value) === sum;
