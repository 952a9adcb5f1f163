import { readPng } from '@mammo/mammo-io';
import { describe, expect, test } from 'vitest';
import { drawText, textHeight } from '../full-study/report/picture-text.ts';
import { firstOfPatients, studySheet } from '../full-study/report/study-sheet.ts';
import { tripletSheet } from '../full-study/report/triplet-sheet.ts';

const SIZE = { height: 96, width: 80 };
const ZOOM = 4;
const image = (level: (pixel: number) => number) =>
  Uint16Array.from({ length: SIZE.height * SIZE.width }, (_, pixel) => level(pixel));
const DARK_AND_BRIGHT = image((pixel) => (pixel % SIZE.width < 40 ? 0 : 65535));
const text = { Synthetic: 'yes' };

/** The colours at the middle of the n-th picture of the first triplet, left and right. */
function coloursOf(png: Uint8Array, picture: number) {
  const { pixels, width, height } = readPng(png);
  const row = Math.floor(height / 2);
  const left = 16 + picture * (ZOOM * SIZE.width + 8);
  return [20, 60].map((column) => {
    const at = 3 * (row * width + left + ZOOM * column);
    return [...pixels.subarray(at, at + 3)];
  });
}

function sheetOf(fake: Uint16Array) {
  const columns = [{ title: 'a', pairs: [{ real: DARK_AND_BRIGHT, fake, caption: 'b' }] }];
  return tripletSheet(columns, SIZE, { footer: 'c', text });
}

describe('a sheet of triplets', () => {
  test('is enlarged fourfold at 96×80, and says that it is synthetic', () => {
    const sheet = readPng(sheetOf(DARK_AND_BRIGHT));
    expect(sheet.width).toBe(3 * ZOOM * SIZE.width + 2 * 8 + 4 * 8);
    expect(sheet.height).toBeGreaterThan(ZOOM * SIZE.height);
    expect(sheet.text).toMatchObject(text);
  });

  test('shows original and fake in grey, the difference red where the fake is brighter and blue where darker', () => {
    const sheet = sheetOf(DARK_AND_BRIGHT.map((level) => (level === 0 ? 6553 : 58982)));
    expect(coloursOf(sheet, 0)).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
    const [brighter = [], darker = []] = coloursOf(sheet, 2);
    expect(brighter).toEqual([255, 0, 0]); // 10 % of white at a gain of 10
    expect(darker).toEqual([0, 0, 255]);
  });

  test('amplifies small differences more', () => {
    const sheet = sheetOf(DARK_AND_BRIGHT.map((level) => (level === 0 ? 655 : level)));
    expect(coloursOf(sheet, 2)).toEqual([
      [255, 0, 0], // 1 % of white at a gain of 100
      [255, 255, 255],
    ]);
  });

  test('leaves the difference white where nothing changed', () => {
    expect(coloursOf(sheetOf(DARK_AND_BRIGHT), 2)).toEqual([
      [255, 255, 255],
      [255, 255, 255],
    ]);
  });

  test('of a study has three patients of each direction, chosen by their place', () => {
    const pairs = Array.from({ length: 5 }, () => ({
      real: DARK_AND_BRIGHT,
      fake: DARK_AND_BRIGHT,
    }));
    const sheet = studySheet({ remove: pairs, insert: pairs }, { kind: 'synthetic', ...SIZE });
    const { height } = readPng(sheet);
    expect(Math.floor(height / (ZOOM * SIZE.height))).toBe(3);
    expect(firstOfPatients(['a', 'a', 'b', 'a', 'c'].map((patientId) => ({ patientId })))).toEqual([
      0, 2, 4,
    ]);
  });
});

test('text is drawn in dots of three columns a letter, and cut off at the border', () => {
  const canvas = { pixels: new Uint8Array(3 * 5 * 9).fill(255), height: textHeight(1), width: 9 };
  drawText(canvas, 'L1×', { top: 0, left: 0, dot: 1 });
  const rows = Array.from({ length: 5 }, (_, y) =>
    Array.from({ length: 9 }, (_, x) => (canvas.pixels[3 * (9 * y + x)] === 0 ? '#' : '.')).join(
      '',
    ),
  );
  expect(rows).toEqual(['#....#...', '#...##..#', '#....#...', '#....#..#', '###.###..']);
});
