import { readPng } from '@mammo/mammo-io';
import { expect, test } from 'vitest';
import { tripletSheet } from '../full-study/report/grey-picture.ts';

const pair = { real: Uint16Array.of(0, 65535, 30000), fake: Uint16Array.of(0, 65535, 33000) };
const size = { height: 1, width: 3 };
const text = { Synthetic: 'YES' };

test('a triplet is real, fake and difference, red where the fake is brighter, and says that it is synthetic', () => {
  const sheet = readPng(tripletSheet([pair], size, { text }));
  expect(sheet).toMatchObject({ height: 1, width: 3 * 3 + 2 * 4, channels: 3 });
  expect(sheet.text).toMatchObject(text);
  const pixel = (at: number) => [...sheet.pixels.subarray(3 * at, 3 * at + 3)];
  expect(pixel(0)).toEqual([0, 0, 0]);
  expect(pixel(1)).toEqual([255, 255, 255]);
  expect(pixel(3)).toEqual([255, 255, 255]); // the gap
  const [real = 0] = pixel(2);
  const [fake = 0] = pixel(9);
  expect(fake).toBeGreaterThan(real);
  const [red = 0, green = 0, blue = 0] = pixel(16);
  expect(red).toBeGreaterThan(blue);
  expect(green).toBeLessThanOrEqual(red);
});

test('an image that did not change has no difference, and triplets stand in rows', () => {
  const same = { real: pair.real, fake: pair.real };
  const sheet = readPng(tripletSheet([same, same, same], size, { columns: 2, text }));
  expect([sheet.width, sheet.height]).toEqual([2 * 17 + 12, 2 + 8]);
  const [first = 0, ...rest] = sheet.pixels.subarray(3 * 14, 3 * 17);
  expect(new Set([first, ...rest]).size).toBe(1);
});
