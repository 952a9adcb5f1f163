import { expect, test } from 'vitest';
import { hasRoomForBoth, type PresetName } from '../full-study/presets.ts';

const GIB = 2 ** 30;

test.each<[PresetName, number, boolean]>([
  ['small', 4, false],
  ['small', 8, true],
  ['medium', 7, false],
  ['medium', 8, true],
  ['large', 16, false],
  ['large', 24, true],
  ['paper-low', 32, false],
  ['paper-high', 64, true],
])('both attacks of %s are trained at once on %i GiB: %s', (preset, gib, expected) => {
  expect(hasRoomForBoth(preset, gib * GIB)).toBe(expected);
});
