import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ArrayTensor,
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
} from '../src/index.ts';

test('the bytes are those of the format, worked out by hand', () => {
  const bytes = encodeSafetensors({ x: { shape: [1], data: Float32Array.of(1) } }, { a: 'b' });
  const header = '{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect(Array.from(bytes.subarray(0, 8))).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
  expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded.length))).toBe(padded);
  expect(Array.from(bytes.subarray(8 + padded.length))).toEqual([0, 0, 0x80, 0x3f]);
});

test('the order in which tensors are given does not matter', () => {
  const [a, b] = [0, 1].map((value) => ({ shape: [], data: Float32Array.of(value) }));
  expect(encodeSafetensors({ b: b!, 10: a!, 9: a!, a: a! })).toEqual(
    encodeSafetensors({ a: a!, 9: a!, 10: a!, b: b! }),
  );
});

test('a view into a larger array is written as it is seen', () => {
  const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
  const { tensors } = decodeSafetensors(encodeSafetensors({ x: { shape: [2], data } }));
  expect(Array.from(tensors.x!.data)).toEqual([2, 3]);
});

test('what is written is read back bit by bit', () => {
  const tensor: fc.Arbitrary<ArrayTensor> = fc
    .array(fc.nat({ max: 3 }), { maxLength: 3 })
    .chain((shape) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return fc.float32Array({ minLength: size, maxLength: size }).map((data) => ({ shape, data }));
    });
  const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__');
  fc.assert(
    fc.property(fc.dictionary(name, tensor), fc.dictionary(name, fc.string()), (tensors, notes) => {
      const file = encodeSafetensors(tensors, notes);
      const read = decodeSafetensors(file);
      expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(notes).sort());
      expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
      for (const [key, { shape, data }] of Object.entries(tensors)) {
        expect(read.tensors[key]!.shape).toEqual(shape);
        expect(new Uint32Array(read.tensors[key]!.data.buffer)).toEqual(
          new Uint32Array(Float32Array.from(data).buffer),
        );
      }
    }),
  );
});

const one: ArrayTensor = { shape: [1], data: Float32Array.of(1) };
test.each([
  [
    () => encodeSafetensors({ __metadata__: one }),
    'encodeSafetensors: names must not be "__metadata__", got a tensor of that name',
  ],
  [
    () => encodeSafetensors({ x: { shape: [-1], data: new Float32Array(0) } }),
    'encodeSafetensors: shape of "x" must hold counts, got [-1]',
  ],
  [
    () => encodeSafetensors({ x: { shape: [2], data: one.data } }),
    'encodeSafetensors: "x" of shape [2] must hold 2 numbers, got 1',
  ],
  [
    () => encodeSafetensors({}, { a: 1 as never }),
    'encodeSafetensors: metadata "a" must be a string, got 1',
  ],
  [
    () => encodeSafetensors({}, { a: 'x'.repeat(100_000_000) }),
    'encodeSafetensors: header must have at most 100000000 bytes, got 100000032',
  ],
])('refuses what the format cannot hold, %#', (encode, message) => {
  expect(encode).toThrow(new SafetensorsError(message));
});
