import { readFileSync } from 'node:fs';
import { encodeSafetensors } from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cadOptions,
  createCadModel,
  loadVgg11,
  readTorchFile,
  TorchFileError,
} from '../src/index.ts';
import { runVnet } from '../src/network.ts';
import { planNetwork } from '../src/network-plan.ts';
import { difference } from './classifier-fixture.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`fixtures/torch-file/${name}`, import.meta.url));

interface GoldenFeatures {
  readonly size: number;
  readonly shape: readonly [number, number, number];
  readonly features: readonly number[];
}

test("VGG11's convolutions give PyTorch's features", async () => {
  const { size, shape, features } = JSON.parse(fixture('data.json').toString()) as GoldenFeatures;
  const options = cadOptions('paper-low', { height: size, width: size, channelMultiplier: 1 / 32 });
  const model = createCadModel(options, { seed: 1 });
  loadVgg11(model, fixture('vgg11.pth'));
  const image = Float32Array.from({ length: size * size * 3 }, (_, i) =>
    Math.sin(0.1 * Math.floor(i / 3) * ((i % 3) + 1)),
  );
  const { parameters } = model;
  const map = runVnet(tf.tensor4d(image, [1, size, size, 3]), {
    plan: planNetwork(options),
    options,
    parameters,
  });
  const [channels, rows, columns] = shape;
  expect(map.shape).toEqual([1, rows, columns, channels]);
  const ours = await tf.transpose(map, [0, 3, 1, 2]).data();
  expect(difference(ours, features)).toBeLessThan(1e-5);
  model.dispose();
});

test.each(['kinds.pth', 'kinds-legacy.pth'])('reads every kind of tensor: %s', (name) => {
  const tensors = readTorchFile(fixture(name));
  const valuesOf = (tensor: string) => Array.from(tensors[tensor]!.data);
  expect(tensors['features.0.weight']?.shape).toEqual([4, 3, 3, 3]);
  expect(valuesOf('half')).toEqual([1.5, -2, 65504]);
  expect(valuesOf('brain')).toEqual([1.5, -2, 1.765625 * 2 ** 127]);
  expect(valuesOf('double')).toEqual([1.5, -2, Math.fround(0.1)]);
  expect(valuesOf('whole')).toEqual([7, -9, 2 ** 20]);
  expect(valuesOf('flags')).toEqual([1, 0]);
  expect(tensors.transposed?.shape).toEqual([3, 2]);
  expect(valuesOf('transposed')).toEqual([0, 3, 1, 4, 2, 5]);
  expect(valuesOf('tail')).toEqual([4, 5, 6, 7, 8, 9]);
  expect([tensors.scalar?.shape, valuesOf('scalar')]).toEqual([[], [3.5]]);
  expect(valuesOf('parameter')).toEqual([0.25]);
  expect(Object.keys(tensors)).toHaveLength(11);
});

/** A zip archive that stores its records as they are. */
function zip(records: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(records)) {
    const text = Buffer.from(name);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(text.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(content.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(text.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(header, text, content);
    directory.push(entry, text);
    at += header.length + text.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(records).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

const archive = (pickle: string, storage = new Uint8Array(16)): Uint8Array =>
  zip({ 'x/data.pkl': Buffer.from(pickle, 'latin1'), 'x/data/0': storage });

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
/** A tensor of a storage of four floats. */
const tensor = ({
  shape = 'K\x04\x85',
  strides = 'K\x01\x85',
  offset = 'K\0',
  length = 'K\x04',
} = {}) =>
  `ctorch._utils\n_rebuild_tensor_v2\n((${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}${length}tQ` +
  `${offset}${shape}${strides}\x89ccollections\nOrderedDict\n)RtR`;
const state = (value: string) => `\x80\x02}(${text('a')}${value}u.`;

test('reads what PyTorch before 0.4 wrote from Python 2', () => {
  const storage = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const old = `ctorch._utils\n_rebuild_tensor\n((U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x04tQK\x01K\x02\x85K\x01\x85tR`;
  const pickle = `\x80\x02ccollections\nOrderedDict\n(](](U\x01a${old}eetR.`;
  expect(readTorchFile(archive(pickle, storage))).toEqual({
    a: { shape: [2], data: Float32Array.of(2, 3) },
  });
});

describe('hostile files', () => {
  test('the smallest honest one is read', () => {
    const storage = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    expect(readTorchFile(archive(state(tensor()), storage))).toEqual({
      a: { shape: [4], data: Float32Array.of(1, 2, 3, 4) },
    });
  });

  test.each<[string, Uint8Array, string]>([
    [
      'a system call',
      archive(`\x80\x02cposix\nsystem\n(${text('true')}tR.`),
      'readTorchFile: pickle must rebuild tensors only, got "posix.system"',
    ],
    [
      'builtins',
      archive('\x80\x02cbuiltins\neval\n.'),
      'readTorchFile: pickle must rebuild tensors only, got "builtins.eval"',
    ],
    [
      'a name of every object',
      archive('\x80\x02ccollections\n__proto__\n)R.'),
      'readTorchFile: pickle must rebuild tensors only, got "collections.__proto__"',
    ],
    [
      'a storage that is called',
      archive(state('ctorch\nFloatStorage\n)R')),
      'readTorchFile: pickle must rebuild tensors only, got a call of torch.FloatStorage',
    ],
    [
      'a called value',
      archive(state('K\x01)R')),
      'readTorchFile: pickle must rebuild tensors only, got a call of a value',
    ],
    [
      'an object made',
      archive('\x80\x02)\x81.'),
      'readTorchFile: pickle must have known operations, got 0x81 at 3',
    ],
    [
      'a name from the stack',
      archive('\x80\x04\x93.'),
      'readTorchFile: pickle must have known operations, got 0x93 at 2',
    ],
    [
      'attributes of a value',
      archive('\x80\x02K\x01}b.'),
      'readTorchFile: pickle must give attributes to dictionaries only, got another value',
    ],
    [
      'a persistent id',
      archive('\x80\x02)Q.'),
      'readTorchFile: pickle must rebuild tensors only, got a persistent id that names no storage',
    ],
    [
      'an empty stack',
      archive('\x80\x02.'),
      'readTorchFile: pickle must have a value on its stack, got none',
    ],
    [
      'no mark',
      archive('\x80\x02t.'),
      'readTorchFile: pickle must have a mark on its stack, got none',
    ],
    [
      'an unknown memory',
      archive('\x80\x02h\x07.'),
      'readTorchFile: pickle must refer to what it remembers, got 7',
    ],
    ['no stop', archive('\x80\x02}'), 'readTorchFile: pickle must end with a stop, got none'],
    [
      'cut text',
      archive('\x80\x02X\xff\xff\0\0a'),
      'readTorchFile: pickle must have 65535 bytes from 7 on, got 1',
    ],
    [
      'an endless name',
      archive(`\x80\x02c${'a'.repeat(300)}\n`),
      'readTorchFile: pickle must have names of at most 256 bytes, got a longer one',
    ],
    [
      'no dictionary',
      archive('\x80\x02K\x01.'),
      'readTorchFile: file must hold a dictionary of tensors, got another value',
    ],
    [
      'a tensor beyond its storage',
      archive(state(tensor({ offset: 'K\x01' }))),
      'readTorchFile: a tensor of shape [4] and strides [1] must end inside its 4 elements, got 4',
    ],
    [
      'strides beyond its storage',
      archive(state(tensor({ strides: 'K\x02\x85' }))),
      'readTorchFile: a tensor of shape [4] and strides [2] must end inside its 4 elements, got 6',
    ],
    [
      'a huge tensor of one number',
      archive(state(tensor({ shape: 'J\xff\xff\xff\x7f\x85', strides: 'K\0\x85' }))),
      'readTorchFile: a tensor of shape [2147483647] must fit in its storage, got 4 elements',
    ],
    [
      'a huge storage',
      archive(state(tensor({ length: 'J\xff\xff\xff\x7f' }))),
      'readTorchFile: storage 0 must have 2147483647 elements of 4 bytes, got 16 bytes',
    ],
    [
      'a negative shape',
      archive(state(tensor({ shape: 'J\xff\xff\xff\xff\x85' }))),
      'readTorchFile: pickle must rebuild tensors only, got a tensor without storage, offset, shape and strides',
    ],
    [
      'one storage many times over',
      archive(
        `\x80\x02}(${Array.from({ length: 120 }, (_, i) => text(`t${i}`) + (i === 0 ? `${tensor({ length: 'M\0\x01', shape: 'M\0\x01\x85' })}q\x01` : 'h\x01')).join('')}u.`,
        new Uint8Array(1024),
      ),
      'readTorchFile: tensors must have no more elements than the file has bytes, got 30720 in 2',
    ],
    [
      'no pickle',
      zip({ 'x/other': new Uint8Array(1) }),
      'readTorchFile: archive must hold NAME/data.pkl, got none',
    ],
    [
      'another byte order',
      zip({ 'x/data.pkl': Buffer.from('}.'), 'x/byteorder': Buffer.from('big') }),
      'readTorchFile: numbers must be little-endian, got another byte order',
    ],
    [
      'no archive at all',
      Buffer.from('hello, world, this is no file'),
      "readTorchFile: file must be PyTorch's, got another",
    ],
    ['nothing', new Uint8Array(), "readTorchFile: file must be PyTorch's, got another"],
  ])('%s', (_, bytes, message) => {
    expect(() => readTorchFile(bytes)).toThrow(TorchFileError);
    expect(() => readTorchFile(bytes)).toThrow(message);
  });

  test('damaged in any place, a file gives tensors or the documented error', () => {
    for (const name of ['kinds.pth', 'kinds-legacy.pth']) {
      const whole = fixture(name);
      const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(
          fc.array(change, { minLength: 1, maxLength: 4 }),
          fc.nat(whole.length),
          fc.boolean(),
          (changes, length, cut) => {
            const bytes = Uint8Array.from(whole);
            for (const [place, value] of changes) bytes[place] = value;
            try {
              readTorchFile(cut ? bytes.subarray(0, length) : bytes);
            } catch (error) {
              expect(error).toBeInstanceOf(TorchFileError);
            }
          },
        ),
        { seed: 3, numRuns: 1500 },
      );
    }
  });

  test('compressed and repeated records are refused', () => {
    const bytes = Buffer.from(archive(state(tensor())));
    const directory = bytes.readUInt32LE(bytes.length - 6);
    bytes.writeUInt16LE(8, directory + 10);
    expect(() => readTorchFile(bytes)).toThrow(
      'readTorchFile: archive "x/data.pkl" must be stored as it is, got method 8',
    );
    const twice = Buffer.from(
      zip({ 'x/data/0': new Uint8Array(1), 'x/data/1': new Uint8Array(1) }),
    );
    twice[twice.lastIndexOf('x/data/1') + 7] = '0'.charCodeAt(0);
    expect(() => readTorchFile(twice)).toThrow(
      'readTorchFile: archive names must differ, got "x/data/0" twice',
    );
  });
});

test('a VGG11 that does not fit is refused, whatever the file', () => {
  const model = createCadModel(cadOptions('small'), { seed: 1 });
  const message = 'vnet.0.weight must have shape [3,3,3,16], got [3,3,3,4]';
  expect(() => loadVgg11(model, fixture('vgg11.pth'))).toThrow(message);
  const tensors = readTorchFile(fixture('vgg11.pth'));
  expect(() => loadVgg11(model, encodeSafetensors(tensors))).toThrow(message);
  model.dispose();
});
