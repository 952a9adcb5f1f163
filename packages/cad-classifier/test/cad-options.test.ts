import { expect, test } from 'vitest';
import { type CadPreset, cadOptions, countCadParameters, receptiveField } from '../src/index.ts';
import { groupCount, planNetwork } from '../src/network-plan.ts';

test.each<[CadPreset, number, number, number, number]>([
  ['paper-high', 1728, 1408, 406, 55_130_242],
  ['paper-low', 1024, 832, 406, 55_130_242],
  ['large', 384, 320, 42, 186_450],
  ['medium', 192, 160, 42, 186_450],
  ['small', 96, 80, 42, 186_450],
])('%s has the size, receptive field and weights of the study', (preset, ...expected) => {
  const options = cadOptions(preset);
  const { height, width } = options;
  expect([height, width, receptiveField(options), countCadParameters(options)]).toEqual(expected);
});

test('every prefix of VGG11 has the receptive field of the reference', () => {
  const fields = [2, 3, 5, 6, 8, 10, 11, 15, 16, 20, 21].map((vggModules) =>
    receptiveField(cadOptions('paper-high', { vggModules })),
  );
  expect(fields).toEqual([11, 20, 24, 42, 50, 58, 94, 126, 198, 262, 406]);
});

test('channels are multiples of 4 and halves are rounded to even, as in Python', () => {
  const channels = (channelMultiplier: number) =>
    planNetwork(cadOptions('small', { vggModules: 2, channelMultiplier })).channels;
  expect([1, 1 / 64, 10 / 64, 14 / 64, 0.3].map(channels)).toEqual([64, 4, 8, 16, 20]);
});

test('groups hold at least as many channels as they must', () => {
  expect(groupCount(8192, 8)).toBe(32);
  expect(groupCount(256, 8)).toBe(32);
  expect(groupCount(16, 8)).toBe(2);
  expect(groupCount(36, 8)).toBe(4);
  expect(groupCount(4, 8)).toBe(1);
});

test.each([
  [
    () => cadOptions('tiny' as never),
    'preset must be one of paper-high, paper-low, large, medium, small, got tiny',
  ],
  [
    () => cadOptions('small', { vggModules: 22 }),
    'vggModules must be an integer from 2 to 21, got 22',
  ],
  [
    () => cadOptions('small', { vggModules: 21 }),
    'width must be an integer from 96 on with 21 modules, got 80',
  ],
  [
    () => cadOptions('small', { height: 11 }),
    'height must be an integer from 12 on with 6 modules, got 11',
  ],
  [
    () => cadOptions('small', { channelMultiplier: 0 }),
    'channelMultiplier must lie in (0, 8], got 0',
  ],
  [() => cadOptions('small', { dropout: 1 }), 'dropout must lie in [0, 1), got 1'],
  [
    () => cadOptions('small', { channelsPerGroup: 1 }),
    'channelsPerGroup must be an integer from 2 on, got 1',
  ],
])('refuses what is no network, %#', (call, message) => {
  expect(call).toThrow(new RangeError(`cadOptions: ${message}`));
});
