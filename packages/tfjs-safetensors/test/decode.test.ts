import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  fromTorch,
  SafetensorsError,
  toTorch,
} from '../src/index.ts';
import { referenceWeights, whenAbsent } from './reference-files.ts';

const golden = JSON.parse(readFileSync(new URL('fixtures/data.json', import.meta.url), 'utf8')) as {
  file: string;
  values: Record<string, { shape: number[]; data: string[] }>;
};
const goldenBytes = new Uint8Array(Buffer.from(golden.file, 'base64'));

/** A file with the given header text and as many zero bytes behind it. */
function file(header: string | Uint8Array, bufferBytes = 0, length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.byteLength + bufferBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe('the golden file of the reference implementation', () => {
  const { tensors, metadata } = decodeSafetensors(goldenBytes);
  test.each(Object.entries(golden.values))('has the values of %s', (name, { shape, data }) => {
    const numbers = data.map((text) => Math.fround(Number(text.replace('inf', 'Infinity'))));
    expect(tensors[name]?.shape).toEqual(shape);
    expect(Array.from(tensors[name]!.data)).toEqual(numbers);
  });
  test('has its metadata, and no other tensors', () => {
    expect(metadata).toEqual({ format: 'pt', note: 'ü "x"' });
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(golden.values).sort());
    expect(tensors.bf16?.dtype).toBe('BF16');
  });
  test('may lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(goldenBytes.length + 5);
    larger.set(goldenBytes, 3);
    const moved = decodeSafetensors(larger.subarray(3, 3 + goldenBytes.length));
    expect(moved.tensors).toEqual(tensors);
  });
  test('is an error wherever it is cut off', () => {
    for (let length = 0; length < goldenBytes.length; length++) {
      expect(() => decodeSafetensors(goldenBytes.subarray(0, length))).toThrow(SafetensorsError);
    }
  });
});

describe.skipIf(whenAbsent !== '')(`files of the PyTorch reference${whenAbsent}`, () => {
  const names = whenAbsent === '' ? readdirSync(referenceWeights) : [];
  test.each(names)('%s survives a round trip', (name) => {
    const first = decodeSafetensors(new Uint8Array(readFileSync(`${referenceWeights}/${name}`)));
    const second = decodeSafetensors(encodeSafetensors(first.tensors, first.metadata));
    expect(Object.keys(first.tensors).length).toBeGreaterThan(10);
    expect(Object.keys(second.tensors)).toEqual(Object.keys(first.tensors));
    expect(second.metadata).toEqual(first.metadata);
    for (const [key, { shape, data }] of Object.entries(first.tensors)) {
      const again = toTorch(fromTorch(second.tensors[key]!));
      expect(again.shape, key).toEqual(shape);
      expect(Buffer.from(again.data.buffer).equals(Buffer.from(data.buffer)), key).toBe(true);
    }
  });
});

test('accepts no tensors, scalars, and trailing spaces', () => {
  expect(decodeSafetensors(file('{}  '))).toEqual({
    tensors: {},
    metadata: {},
    hasChecksum: false,
  });
  const { tensors } = decodeSafetensors(file(`{"x":${entry('F32', '[]', '[0,4]')}}`, 4));
  expect(tensors).toEqual({ x: { dtype: 'F32', shape: [], data: Float32Array.of(0) } });
});

test('a tensor may be called __proto__', () => {
  const { tensors } = decodeSafetensors(file(`{"__proto__":${entry('U8', '[1]', '[0,1]')}}`, 1));
  expect(Object.keys(tensors)).toEqual(['__proto__']);
});

test.each([
  [new Uint8Array(7), 'file must hold at least 8 bytes, got 7'],
  [file('{}', 0, 100_000_001n), 'header must have at most 100000000 bytes, got 100000001'],
  [
    file('{}', 0, 2n ** 64n - 1n),
    'header must have at most 100000000 bytes, got 18446744073709551615',
  ],
  [file('{}', 0, 3n), 'file must hold a header of 3 bytes, got 2 bytes after the length'],
  [file(''), 'header must begin with "{", got byte undefined'],
  [file(' {}'), 'header must begin with "{", got byte 32'],
  [file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'header must be UTF-8, got invalid bytes'],
  [file('{"x"}'), /header must be JSON, got .+/],
  [file('{"x":{},"x":{}}'), 'names must differ, got "x" twice'],
  [file('{"\\u0078":{},"x":{}}'), 'names must differ, got "x" twice'],
  [file('{"__metadata__":{"a":"1","a":"2"}}'), 'names must differ, got "a" twice'],
  [file('{"__metadata__":7}'), '__metadata__ must be an object, got 7'],
  [file('{"__metadata__":{"a":1}}'), 'metadata "a" must be a string, got 1'],
  [file('{"x":[]}'), '"x" must be an object, got []'],
  [
    file(`{"x":${entry('F8_E4M3', '[1]', '[0,1]')}}`, 1),
    'dtype of "x" must be one that is supported, got "F8_E4M3"',
  ],
  [file('{"x":{}}'), 'dtype of "x" must be one that is supported, got undefined'],
  [
    file(`{"x":${entry('U8', '[-1]', '[0,1]')}}`, 1),
    'shape of "x" must be an array of counts, got [-1]',
  ],
  [
    file(`{"x":${entry('U8', '[1]', '[0,0.5]')}}`, 1),
    'data_offsets of "x" must be two counts, got [0,0.5]',
  ],
  [
    file(`{"x":${entry('U8', '[1]', '[0]')}}`, 1),
    'data_offsets of "x" must be two counts, got [0]',
  ],
  [
    file(`{"x":${entry('F32', '[2,3]', '[0,20]')}}`, 20),
    'data_offsets of "x" must span 24 bytes for F32 [2,3], got [0,20]',
  ],
  [
    file(`{"x":${entry('U8', '[1]', '[1,0]')}}`, 1),
    'data_offsets of "x" must span 1 bytes for U8 [1], got [1,0]',
  ],
  [
    file(`{"x":${entry('U8', '[2]', '[0,2]')},"y":${entry('U8', '[2]', '[1,3]')}}`, 3),
    '"y" must begin where the tensor before it ends, at 2, got 1 (an overlap)',
  ],
  [
    file(`{"x":${entry('U8', '[2]', '[0,2]')},"y":${entry('U8', '[1]', '[3,4]')}}`, 4),
    '"y" must begin where the tensor before it ends, at 2, got 3 (a gap)',
  ],
  [
    file(`{"x":${entry('U8', '[2]', '[0,2]')}}`, 1),
    'tensors must fill the 2 bytes that the header promises, got 1 bytes',
  ],
  [
    file(`{"x":${entry('U8', '[2]', '[0,2]')}}`, 3),
    'tensors must fill the 2 bytes that the header promises, got 3 bytes',
  ],
])('malformed file %#: says what is wrong', (bytes, message) => {
  const decode = () => decodeSafetensors(bytes);
  expect(decode).toThrow(SafetensorsError);
  if (typeof message === 'string') {
    expect(decode).toThrow(new SafetensorsError(`decodeSafetensors: ${message}`));
  } else expect(decode).toThrow(message);
});

test('integers that float32 cannot hold are refused', () => {
  const bytes = file(`{"x":${entry('I32', '[1]', '[0,4]')}}`, 4);
  new DataView(bytes.buffer).setInt32(bytes.length - 4, 2 ** 24 + 1, true);
  expect(() => decodeSafetensors(bytes)).toThrow(
    'decodeSafetensors: "x" must fit into float32, got I32 elements must be exact in float32, got 16777217',
  );
});

test('a BOOL is 0 or 1', () => {
  const bytes = file(`{"x":${entry('BOOL', '[1]', '[0,1]')}}`, 1);
  bytes[bytes.length - 1] = 2;
  expect(() => decodeSafetensors(bytes)).toThrow('BOOL elements must be 0 or 1, got 2');
});

test('reads a Buffer, whose slices share memory with others, as it reads a Uint8Array', () => {
  const bytes = encodeSafetensors({
    a: { shape: [2], data: Float32Array.of(1, 2) },
    b: { shape: [1], data: Float32Array.of(3) },
  });
  expect(decodeSafetensors(Buffer.from(bytes)).tensors.b?.data).toEqual(Float32Array.of(3));
});
