import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeSafetensors, SafetensorsError } from '../src/index.ts';

/** A file with a header and so many bytes behind it. */
function file(header: string, bufferBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.byteLength + bufferBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}

const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
const ZIP = Uint8Array.of(0x50, 0x4b, 3, 4, ...deflateRawSync(Buffer.alloc(2 ** 20)));
/** `pickle.dumps` of an object whose loading would run `os.system('touch hacked')`, as in a .pth file. */
const PICKLE = new TextEncoder().encode('\u0080\u0004cos\nsystem\n(Vtouch hacked\ntR.');

test.each([
  ['a PyTorch file (.pth), which is a zip', ZIP],
  ['an old PyTorch file, which is a pickle that runs a command', PICKLE],
  [
    'a shape of more elements than memory has',
    file('{"x":{"dtype":"F32","shape":[9007199254740991],"data_offsets":[0,4]}}', 4),
  ],
  [
    'a shape whose product overflows to nothing',
    file('{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'),
  ],
  [
    'offsets that are no integers',
    file('{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1e999]}}', 1),
  ],
  [
    'offsets far behind the file',
    file('{"x":{"dtype":"U8","shape":[1],"data_offsets":[9007199254740990,9007199254740991]}}', 1),
  ],
  [
    'a tensor that begins before the data',
    file('{"x":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}', 1),
  ],
  [
    'two tensors over the same bytes',
    file(
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
    ),
  ],
  [
    'an empty tensor in the middle of another',
    file(
      '{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}',
      2,
    ),
  ],
  [
    'a shape nested 200,000 deep',
    file(`{"x":{"dtype":"U8","shape":${DEEP},"data_offsets":[0,1]}}`, 1),
  ],
  ['metadata nested 200,000 deep', file(`{"__metadata__":{"a":${DEEP}}}`)],
  [
    'a dtype of the prototype',
    file('{"x":{"dtype":"constructor","shape":[],"data_offsets":[0,0]}}'),
  ],
])('%s is refused as no safetensors file', (_, bytes) => {
  expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
});

test('what is wrong is told in a line, however long it is in the file', () => {
  const long = file(`{"x":{"dtype":"${'F'.repeat(1e6)}","shape":[],"data_offsets":[0,0]}}`);
  expect(() => decodeSafetensors(long)).toThrow(
    `decodeSafetensors: dtype of "x" must be one that is supported, got "${'F'.repeat(199)}…`,
  );
});

test('100,000 empty tensors are read in their time', () => {
  const entries = Array.from(
    { length: 100_000 },
    (_, i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`,
  );
  const started = performance.now();
  expect(Object.keys(decodeSafetensors(file(`{${entries.join()}}`)).tensors)).toHaveLength(100_000);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a header that sets the prototype changes no other object', () => {
  const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  const { tensors } = decodeSafetensors(file(`{"__proto__":${entry}}`, 1));
  expect(Object.keys(tensors)).toEqual(['__proto__']);
  const { metadata } = decodeSafetensors(file('{"__metadata__":{"__proto__":"polluted"}}'));
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect(Object.entries(metadata)).toEqual([['__proto__', 'polluted']]);
});
