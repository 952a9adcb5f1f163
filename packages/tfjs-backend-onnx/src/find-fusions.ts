import type { FindFusion, Fusion, Readers } from './fusion.ts';
import type { Value } from './graph.ts';
import { joinedProductsFusion } from './joined-products.ts';
import type { Plan } from './plan.ts';
import { rectifiedConvolutionFusion } from './rectified-convolutions.ts';
import { rowConvolutionFusion } from './row-convolutions.ts';
import { sumFusion } from './sums-of-products.ts';
import { steppedTransposition } from './transposition-steps.ts';

/** The fusions of a plan, by the value that each computes. */
export function findFusions(plan: Plan): ReadonlyMap<Value, Fusion> {
  const readers = readersOf(plan);
  const fusions = new Map<Value, Fusion>();
  for (const value of plan.nodes) {
    const found = FUSIONS[value.node!.op]?.(value, readers);
    if (found !== undefined) fusions.set(...found);
  }
  return fusions;
}

const FUSIONS: Readonly<Record<string, FindFusion>> = {
  Add: (sum, readers) => rowConvolutionFusion(sum, readers) ?? joinedProductsFusion(sum, readers),
  Relu: rectifiedConvolutionFusion,
  SumsOfProducts: sumFusion,
  Transpose: steppedTransposition,
};

function readersOf({ nodes, outputs }: Plan): Readers {
  const readers = new Map<Value, Value[]>(outputs.map((output) => [output, [output]]));
  for (const value of nodes) {
    for (const input of value.node!.inputs) {
      if (input?.node === undefined) continue;
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [value]);
      else known.push(value);
    }
  }
  return readers;
}
