import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cropImage } from '../src/crop-image.ts';
import { type FitPolicy, fitImage, PAPER_CANVAS } from '../src/fit-image.ts';
import { flipImage } from '../src/flip-image.ts';
import {
  composePlacements,
  invertPlacement,
  type Placement,
  placeMask,
  toSource,
  toTarget,
} from '../src/placement.ts';
import { type GreyImage, resizeBicubic } from '../src/resize.ts';

const numbered = (height: number, width: number): GreyImage => ({
  pixels: Uint16Array.from({ length: height * width }, (_, index) => index + 1),
  height,
  width,
});
const rowsOf = ({ pixels, width }: GreyImage) =>
  Array.from({ length: pixels.length / width }, (_, row) => [
    ...pixels.subarray(row * width, (row + 1) * width),
  ]);
const side = fc.integer({ min: 1, max: 30 });

describe('cropImage and flipImage', () => {
  test('take a window', () => {
    const part = cropImage(numbered(3, 4), { top: 1, bottom: 3, left: 2, right: 4 });
    expect(rowsOf(part)).toEqual([
      [7, 8],
      [11, 12],
    ]);
    expect(toSource(part.placement, { row: 0.5, column: 0.5 })).toEqual({ row: 1.5, column: 2.5 });
  });

  test('mirror', () => {
    const image = numbered(2, 3);
    expect(rowsOf(flipImage(image, { leftRight: true }))).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expect(rowsOf(flipImage(image, { upsideDown: true }))).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
    const turned = flipImage(image, { leftRight: true, upsideDown: true });
    expect([...turned.pixels]).toEqual([6, 5, 4, 3, 2, 1]);
    expect(toTarget(turned.placement, { row: 0.5, column: 0.5 })).toEqual({
      row: 1.5,
      column: 2.5,
    });
  });

  test.each([
    [{ top: 0, bottom: 3, left: 0, right: 2 }, 'rows 0..3, columns 0..2'],
    [{ top: 1, bottom: 1, left: 0, right: 2 }, 'rows 1..1, columns 0..2'],
    [{ top: 0, bottom: 1, left: 0.5, right: 2 }, 'rows 0..1, columns 0.5..2'],
  ])('%j is no window', (window, what) => {
    expect(() => cropImage(numbered(2, 2), window)).toThrow(
      new RangeError(`cropImage: window must lie inside 2x2, got ${what}`),
    );
  });
});

describe('fitImage', () => {
  test('stretch is resizeBicubic', () => {
    const size = { height: 5, width: 3 };
    const image = numbered(4, 6);
    expect([...fitImage(image, size).pixels]).toEqual([...resizeBicubic(image, size).pixels]);
  });

  test.each([
    ['left', [1, 2, 9, 9]],
    ['right', [9, 9, 1, 2]],
    [undefined, [9, 1, 2, 9]],
  ] as const)('pad with the chest wall %s', (chestWall, first) => {
    const options = { height: 2, width: 4, policy: 'pad', fill: 9 } as const;
    const fitted = fitImage(numbered(2, 2), { ...options, ...(chestWall && { chestWall }) });
    expect(rowsOf(fitted)[0]).toEqual(first);
  });

  test.each([
    ['left', [1, 2]],
    ['right', [3, 4]],
    [undefined, [2, 3]],
  ] as const)('crop with the chest wall %s', (chestWall, first) => {
    const options = { height: 2, width: 2, policy: 'crop' } as const;
    const fitted = fitImage(numbered(2, 4), { ...options, ...(chestWall && { chestWall }) });
    expect(rowsOf(fitted)[0]).toEqual(first);
  });

  test('canvas gives every detector the same scale', () => {
    const options = { height: 1728, width: 1408, policy: 'canvas', chestWall: 'right' } as const;
    const large = fitImage(
      { pixels: new Uint16Array(4096 * 3328), height: 4096, width: 3328 },
      options,
    );
    const small = fitImage(
      { pixels: new Uint16Array(3328 * 2560), height: 3328, width: 2560 },
      options,
    );
    expect(small.placement.rows.scale).toBe(large.placement.rows.scale);
    expect(small.placement.columns.scale).toBe(large.placement.columns.scale);
    expect(toTarget(small.placement, { row: 1664, column: 2560 })).toEqual({
      row: 864,
      column: 1408,
    });
    expect(PAPER_CANVAS).toEqual({ height: 4096, width: 3328 });
  });

  test('pixels are where the placement says, by every policy', () => {
    const policy = fc.constantFrom<FitPolicy>('stretch', 'pad', 'crop', 'canvas');
    const chestWall = fc.constantFrom<'left' | 'right'>('left', 'right');
    // A ramp along each axis is its own coordinate: bicubic interpolation keeps it, borders and shrinking aside.
    fc.assert(
      fc.property(side, side, policy, chestWall, (height, width, name, wall) => {
        const [rows, columns] = [height + 12, width + 12];
        const ramp = { ...numbered(rows, columns) };
        const pixels = ramp.pixels.map((_, index) => (Math.floor(index / columns) + 0.5) * 1000);
        const fitted = fitImage(
          { ...ramp, pixels },
          {
            height: 40,
            width: 36,
            policy: name,
            chestWall: wall,
            canvas: { height: 50, width: 50 },
          },
        );
        for (const row of [12, 20, 28]) {
          for (const column of [9, 18, 27]) {
            const at = toSource(fitted.placement, { row: row + 0.5, column: column + 0.5 });
            const inside = (place: number, size: number) => place > 3 && place < size - 3;
            if (!inside(at.row, rows) || !inside(at.column, columns)) continue;
            const level = fitted.pixels[row * 36 + column]! / 1000;
            expect(Math.abs(level - at.row)).toBeLessThan(0.02);
          }
        }
      }),
    );
  });

  test.each([
    [{ fill: -1 }, 'fill must be an integer in 0..65535, got -1'],
    [
      { policy: 'canvas' as const, canvas: { height: 1, width: 9 } },
      'the image must fit on the canvas of 1x9, got 2x2',
    ],
  ])('%j: %s', (options, message) => {
    expect(() => fitImage(numbered(2, 2), { height: 2, width: 2, ...options })).toThrow(
      new RangeError(`fitImage: ${message}`),
    );
  });
});

describe('placements', () => {
  const axis = fc.record({
    scale: fc.constantFrom(-2, -1, 0.5, 1, 3),
    offset: fc.integer({ min: -9, max: 9 }),
  });
  const size = { height: 5, width: 7 };
  const anyPlacement = fc.record({ rows: axis, columns: axis });
  const placement = (axes: Pick<Placement, 'rows' | 'columns'>): Placement => ({
    source: size,
    target: size,
    ...axes,
  });
  const point = { row: 2.25, column: 4.5 };

  test('there and back is where one was', () => {
    fc.assert(
      fc.property(anyPlacement, (axes) => {
        const there = placement(axes);
        const back = toSource(there, toTarget(there, point));
        expect(back.row).toBeCloseTo(point.row, 12);
        const inverted = toTarget(invertPlacement(there), toTarget(there, point));
        expect(inverted.column).toBeCloseTo(point.column, 12);
      }),
    );
  });

  test('composed placements do one after the other', () => {
    fc.assert(
      fc.property(anyPlacement, anyPlacement, (first, second) => {
        const both = composePlacements(placement(first), placement(second));
        const expected = toTarget(placement(second), toTarget(placement(first), point));
        expect(toTarget(both, point).row).toBeCloseTo(expected.row, 10);
        expect(toTarget(both, point).column).toBeCloseTo(expected.column, 10);
      }),
    );
  });

  test('a mask follows its image through flips and crops, and comes back', () => {
    const image = numbered(6, 5);
    const mask = Uint8Array.from(image.pixels, (value) => value % 2);
    const flipped = flipImage(image, { leftRight: true, upsideDown: true });
    const part = cropImage(flipped, { top: 1, bottom: 5, left: 0, right: 4 });
    const both = composePlacements(flipped.placement, part.placement);
    const placed = placeMask(mask, both);
    expect([...placed]).toEqual([...part.pixels].map((value) => value % 2));
    const back = placeMask(placed, invertPlacement(both));
    expect([...back]).toEqual(
      [...mask].map((value, index) => {
        const [row, column] = [Math.floor(index / 5), index % 5];
        return row >= 1 && row < 5 && column >= 1 ? value : 0;
      }),
    );
  });

  test('errors', () => {
    const still = flipImage(numbered(2, 2), {}).placement;
    expect(() => placeMask(new Uint8Array(3), still)).toThrow(
      new RangeError('placeMask: mask must have 2 x 2 values, got 3'),
    );
    expect(() =>
      composePlacements(still, placement({ rows: still.rows, columns: still.rows })),
    ).toThrow(new RangeError('composePlacements: the second must start from 2x2, got 5x7'));
  });
});
