import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, encodeSafetensors } from '../src/index.ts';

const CHECKPOINT = {
  tensors: {
    model: { 'head.weight': { shape: [2], data: Float32Array.of(1, -2) } },
    adam: { 'head.weight.first': { shape: [2], data: Float32Array.of(0.5, 0.25) } },
  },
  state: { step: 7 },
};
const GUARD = { format: 'test-1', configuration: { seed: 1, sizes: { height: 4 } } };

test('groups and state come back', () => {
  const { tensors, state } = decodeCheckpoint(encodeCheckpoint(CHECKPOINT, GUARD), {
    ...GUARD,
    caller: 'train',
  });
  expect(state).toEqual(CHECKPOINT.state);
  expect(tensors.model?.['head.weight']?.data).toEqual(Float32Array.of(1, -2));
  expect(tensors.adam?.['head.weight.first']?.data).toEqual(Float32Array.of(0.5, 0.25));
});

test('notes are kept beside them', () => {
  const bytes = encodeCheckpoint(CHECKPOINT, GUARD, { synthetic: 'true' });
  expect(new TextDecoder().decode(bytes)).toContain('"synthetic":"true"');
});

test('another configuration is refused, and every difference is named', () => {
  const other = { seed: 2, sizes: { height: 4, width: 3 } };
  const decode = () =>
    decodeCheckpoint(encodeCheckpoint(CHECKPOINT, GUARD), {
      format: 'test-1',
      configuration: other,
      caller: 'train',
    });
  expect(decode).toThrow(
    'train: resumeFrom must be of the same configuration, got seed was 1 and is 2; sizes.width was undefined and is 3',
  );
});

test('a file of another format is refused', () => {
  const decode = () => decodeCheckpoint(encodeSafetensors({}), { ...GUARD, caller: 'train' });
  expect(decode).toThrow('train: resumeFrom must be a checkpoint of format test-1, got undefined');
});

test('a flipped bit is found, in the state as in the tensors', () => {
  const bytes = encodeCheckpoint(CHECKPOINT, GUARD);
  const step = new TextDecoder().decode(bytes).indexOf('step') + 'step\\":'.length;
  for (const place of [step, bytes.length - 1]) {
    const damaged = Uint8Array.from(bytes);
    damaged[place]! ^= 1;
    expect(() => decodeCheckpoint(damaged, { ...GUARD, caller: 'train' })).toThrow(
      'checksum of the file must be',
    );
  }
});

test('a checkpoint without a checksum is refused', () => {
  const metadata = { format: 'test-1', configuration: '{}', state: '{}' };
  const decode = () =>
    decodeCheckpoint(encodeSafetensors({}, metadata), { ...GUARD, caller: 'train' });
  expect(decode).toThrow('train: resumeFrom must be a checkpoint with a checksum, got none');
});

test('names of the prototype are names like any other', () => {
  const tensors = { '__proto__/polluted': { shape: [], data: Float32Array.of(1) } };
  const metadata = { format: 'test-1', configuration: JSON.stringify(GUARD.configuration) };
  const bytes = encodeSafetensors(tensors, metadata, { checksum: true });
  const { tensors: groups } = decodeCheckpoint(bytes, { ...GUARD, caller: 'train' });
  expect(Object.keys(groups)).toEqual(['__proto__']);
  expect('polluted' in {}).toBe(false);
});
