import type { Attributes, Value } from './graph.ts';
import type { ModelNode } from './onnx-model.ts';

/** Recorded operations that ONNX Runtime computes together, in fewer passes over memory, or one that it computes faster as several; on processors. */
export interface Fusion {
  /** What need not be computed on its own. */
  readonly absorbed: readonly Value[];
  /** Writes the operation that computes the fusion's value; the last that it writes is that. */
  write(writer: NodeWriter): void;
}

/** Looks for a fusion that begins with an operation, and says which value it computes. */
export type FindFusion = (
  value: Value,
  readers: Readers,
) => readonly [output: Value, fusion: Fusion] | undefined;

/** Who reads each value of a plan; outputs read themselves. */
export type Readers = ReadonlyMap<Value, readonly Value[]>;

/** The only reader of a value. */
export function onlyReader(readers: Readers, value: Value): Value | undefined {
  const [reader, ...others] = readers.get(value)!;
  return others.length === 0 && reader !== value ? reader : undefined;
}

/** Writes some operations in place of one. */
export class NodeWriter {
  /** The names of values in the model. */
  readonly name: (value: Value) => string;
  readonly #node: Omit<ModelNode, 'op' | 'inputs' | 'attributes'>;
  readonly #nodes: ModelNode[] = [];

  /** @param node - what is replaced */
  constructor(
    node: Omit<ModelNode, 'op' | 'inputs' | 'attributes'>,
    name: (value: Value) => string,
  ) {
    this.#node = node;
    this.name = name;
  }

  /**
   * @param shape - of a result that may be large, of the type of the replaced one
   * @returns the name of the result
   */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    shape?: readonly number[],
  ): string {
    const number = this.#nodes.length;
    const output = `${this.#node.output}_${number}`;
    const name = `${this.#node.name} ${number}`;
    const { type } = this.#node;
    const known = shape === undefined || type === undefined ? {} : { shape, type };
    this.#nodes.push({ ...{ op, name, inputs, output, attributes }, ...known });
    return output;
  }

  reshape(input: string, shape: readonly number[]): string {
    return this.add('Reshape', [input, this.integers(shape)]);
  }

  integers(values: readonly number[]): string {
    return this.add('Constant', [], { value_ints: values });
  }

  /** All that was written; the last operation computes the output of the replaced one. */
  finish(): ModelNode[] {
    const last = this.#nodes.pop()!;
    return [...this.#nodes, { ...last, ...this.#node }];
  }
}
