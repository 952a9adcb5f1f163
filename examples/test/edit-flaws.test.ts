import { expect, test } from 'vitest';
import { editFlaws } from '../full-study/stages/edit-flaws.ts';

const [height, width] = [16, 16];
const size = { height, width };
const breast = () => new Uint16Array(height * width).fill(30_000);
const edited = (change: (row: number, column: number) => number, original = breast()) =>
  original.map((level, i) => level + change(Math.floor(i / width), i % width));

test('no edit has no flaws', () => {
  expect(editFlaws([breast()], [breast()], size)).toBeNull();
});

test('a round spot has no direction, bars have one', () => {
  const spot = edited((row, column) =>
    Math.round(9000 * Math.exp(-((row - 8) ** 2 + (column - 8) ** 2) / 8)),
  );
  const bar = edited((row, column) =>
    Math.round(9000 * Math.exp(-((row - 8) ** 2) / 2 - (column - 8) ** 2 / 32)),
  );
  const round = editFlaws([breast()], [spot], size);
  expect(round?.streaks).toBeLessThan(1.1);
  expect(editFlaws([breast()], [bar], size)?.streaks).toBeGreaterThan(4);
  expect(round?.border).toBeLessThan(0.01);
});

test('a chessboard is as rough as an edit can be', () => {
  const chess = edited((row, column) => ((row + column) % 2 === 0 ? 1000 : -1000));
  const found = editFlaws([breast()], [chess], size);
  // (2d)² to the right and below of 15 × 15 of 16 × 16 pixels
  expect(found?.roughness).toBeCloseTo((8 * 225) / 256, 6);
  expect(found?.border).toBeCloseTo(1, 6);
});

test('energy at the border and outside the breast is told apart', () => {
  const half = breast().fill(0, 0, 128); // the upper half is air
  const fake = edited((row) => (row === 0 ? 100 : row === 15 ? 100 : 0), half);
  const found = editFlaws([half], [fake], size);
  expect(found?.outside).toBeCloseTo(0.5, 6);
  // all energy of 128 pixels of breast lies on those of the frame: two rows, and four pixels of six more
  const frame = 2 * 16 + 6 * 4;
  expect(found?.border).toBeCloseTo(128 / frame, 6);
});
