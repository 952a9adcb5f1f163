import type { Attribute, ElementType, HostArray } from './graph.ts';

/** What the writer needs of a node: names instead of values. */
export interface ModelNode {
  readonly op: string;
  /** Named in ONNX Runtime's messages and profiles. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Of the output, where it is known. */
  readonly shape?: readonly number[];
  readonly type?: ElementType;
}

interface ModelArray {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** An input or output; without a shape it may have any. */
type ModelPort = Omit<ModelArray, 'shape'> & Partial<ModelArray>;

export interface Model {
  readonly nodes: readonly ModelNode[];
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly constants: readonly (ModelArray & { readonly data: HostArray | BigInt64Array })[];
  /** Name of an empty sequence that is the first output, before the arrays. */
  readonly emptySequence?: string;
}

const IR_VERSION = 9;
const OPSET = 18;
const MICROSOFT = 'com.microsoft';
const BLOCKS = 'com.microsoft.nchwc';
/** Operations outside of ONNX's own domain: their domain and what they are called there. */
const FOREIGN: Readonly<Record<string, readonly [domain: string, type: string]>> = {
  FusedConv: [MICROSOFT, 'FusedConv'],
  FusedMatMul: [MICROSOFT, 'FusedMatMul'],
  ToBlocks: [BLOCKS, 'ReorderInput'],
  FromBlocks: [BLOCKS, 'ReorderOutput'],
  BlockedConv: [BLOCKS, 'Conv'],
  BlockedMaxPool: [BLOCKS, 'MaxPool'],
};
const ELEMENT_TYPES: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/**
 * Serialises a graph as an ONNX ModelProto (protocol buffers, wire format version 3).
 * @see https://github.com/onnx/onnx/blob/v1.16.0/onnx/onnx.proto for the field numbers
 */
export function encodeModel(model: Model): Uint8Array {
  const writer = new ProtobufWriter();
  writer.integer(1, IR_VERSION);
  const domains = new Set(model.nodes.map(({ op }) => FOREIGN[op]?.[0] ?? ''));
  for (const domain of domains.add('')) {
    writer.message(8, (opset) => {
      opset.text(1, domain);
      opset.integer(2, domain === '' ? OPSET : 1);
    });
  }
  writer.message(7, (graph) => {
    const { emptySequence } = model;
    if (emptySequence !== undefined) {
      const node = { op: 'SequenceEmpty', name: emptySequence, inputs: [], attributes: {} };
      graph.message(1, (body) => writeNode(body, { ...node, output: emptySequence }));
    }
    for (const node of model.nodes) graph.message(1, (body) => writeNode(body, node));
    graph.text(2, 'step');
    for (const constant of model.constants) {
      graph.message(5, (body) => {
        for (const length of constant.shape) body.integer(1, length);
        body.integer(2, ELEMENT_TYPES[constant.type]);
        body.text(8, constant.name);
        const { buffer, byteOffset, byteLength } = constant.data;
        body.bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
      });
    }
    for (const input of model.inputs) graph.message(11, (body) => writePort(body, input));
    if (emptySequence !== undefined) {
      graph.message(12, (body) => writeSequencePort(body, emptySequence));
    }
    for (const output of model.outputs) graph.message(12, (body) => writePort(body, output));
  });
  return writer.finish();
}

/** An operation of a model, by what it is called in ONNX. */
export interface ReadNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The operations of a serialised model, in their order. */
export function readNodes(model: Uint8Array): ReadNode[] {
  const decoder = new TextDecoder();
  return fields(model, 7).flatMap((graph) =>
    fields(graph, 1).map((node) => {
      const texts = (field: number) => fields(node, field).map((text) => decoder.decode(text));
      return { type: texts(4)[0]!, inputs: texts(1), outputs: texts(2) };
    }),
  );
}

/** The contents of a message's fields of this number, which have a length. */
function fields(message: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const field = varint();
    const kind = field & 7;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else {
      const length = varint();
      if (field >> 3 === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

function writeNode(writer: ProtobufWriter, node: ModelNode): void {
  for (const input of node.inputs) writer.text(1, input);
  writer.text(2, node.output);
  writer.text(3, node.name);
  const [domain, type] = FOREIGN[node.op] ?? ['', node.op];
  writer.text(4, type);
  for (const name in node.attributes) {
    writer.message(5, (body) => writeAttribute(body, name, node.attributes[name]!));
  }
  if (domain !== '') writer.text(7, domain);
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name);
  if (typeof attribute === 'number') {
    writer.integer(3, attribute);
    writer.integer(20, 2);
  } else if (typeof attribute === 'string') {
    writer.text(4, attribute);
    writer.integer(20, 3);
  } else if ('float' in attribute) {
    writer.float(2, attribute.float);
    writer.integer(20, 1);
  } else if ('floats' in attribute) {
    for (const value of attribute.floats) writer.float(7, value);
    writer.integer(20, 6);
  } else if ('tensorType' in attribute) {
    writer.integer(3, ELEMENT_TYPES[attribute.tensorType]);
    writer.integer(20, 2);
  } else {
    for (const value of attribute) writer.integer(8, value);
    writer.integer(20, 7);
  }
}

function writePort(writer: ProtobufWriter, { name, type, shape }: ModelPort): void {
  writer.text(1, name);
  writer.message(2, (body) =>
    body.message(1, (tensor) => {
      tensor.integer(1, ELEMENT_TYPES[type]);
      if (shape === undefined) return;
      tensor.message(2, (axes) => {
        for (const length of shape) axes.message(1, (axis) => axis.integer(1, length));
      });
    }),
  );
}

/** A sequence of float32 arrays. */
function writeSequencePort(writer: ProtobufWriter, name: string): void {
  writer.text(1, name);
  writer.message(2, (type) =>
    type.message(4, (sequence) =>
      sequence.message(1, (element) =>
        element.message(1, (tensor) => tensor.integer(1, ELEMENT_TYPES.float32)),
      ),
    ),
  );
}

const encoder = new TextEncoder();

class ProtobufWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  integer(field: number, value: number): void {
    this.#varint(field << 3);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint((field << 3) | 5);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  text(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  message(field: number, write: (body: ProtobufWriter) => void): void {
    const body = new ProtobufWriter();
    write(body);
    this.bytes(field, body.finish());
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 128n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
