import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCurve } from '../../src/phantom/curves.ts';

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

function lightOf(mm: number, halfWidthMm: number): number {
  const frame = { height: Math.round(60 / mm), width: Math.round(60 / mm), mm };
  const target = new Float32Array(frame.height * frame.width);
  addCurve(target, frame, {
    points: [
      { x: 15, y: 20 },
      { x: 30, y: 31 },
      { x: 45, y: 42 },
    ],
    halfWidthMm: () => halfWidthMm,
    contrast: () => 0.1,
  });
  return total(target) * mm * mm;
}

describe('addCurve', () => {
  test('adds contrast · half width · √π for each millimetre of its length', () => {
    const length = 2 * Math.hypot(15, 11);
    expect(lightOf(0.1, 1) / (0.1 * Math.sqrt(Math.PI) * length)).toBeCloseTo(1, 2);
  });

  test('gives a line thinner than a pixel as much light', () => {
    expect(lightOf(1, 0.2) / lightOf(0.1, 0.2)).toBeCloseTo(1, 1);
  });

  test('adds nothing beyond the picture, wherever the line lies', () => {
    const point = fc.record({
      x: fc.double({ min: -50, max: 90, noNaN: true }),
      y: fc.double({ min: -50, max: 90, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 6 }), (points) => {
        const frame = { height: 16, width: 16, mm: 2.5 };
        const target = new Float32Array(256);
        addCurve(target, frame, { points, halfWidthMm: () => 2, contrast: () => 0.1 });
        expect(target.length).toBe(256);
        expect(target.every((value) => value >= 0 && value <= 0.1 * points.length)).toBe(true);
      }),
    );
  });
});
