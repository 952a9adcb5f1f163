import { describe, expect, test } from 'vitest';
import { fractalNoise, type PhantomFrame } from '../../src/phantom/noise.ts';
import { randomStream } from '../../src/random.ts';

function frameOf(height: number, width: number): PhantomFrame {
  return { height, width, mm: 240 / height };
}

function draw(frame: PhantomFrame, seed: number, end = frame.width): Float32Array {
  return fractalNoise(frame, {
    coarsestMm: 60,
    ends: new Int32Array(frame.height).fill(end),
    octaveStream: (octave) => randomStream(seed, octave),
  });
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] ?? 0) * (b[i] ?? 0);
    aa += (a[i] ?? 0) ** 2;
    bb += (b[i] ?? 0) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Means of 2 × 2 pixels. */
function halved(values: Float32Array, { height, width }: PhantomFrame): Float32Array {
  return Float32Array.from({ length: values.length / 4 }, (_, i) => {
    const at = 2 * Math.floor(i / (width / 2)) * width + 2 * (i % (width / 2));
    const sum = [0, 1, width, width + 1].reduce((s, step) => s + (values[at + step] ?? 0), 0);
    return height > 0 ? sum / 4 : 0;
  });
}

describe('fractalNoise', () => {
  test('has mean 0 and variance 1 at 192 rows', () => {
    const frame = frameOf(192, 160);
    let sum = 0;
    let square = 0;
    for (let seed = 0; seed < 40; seed++) {
      for (const value of draw(frame, seed)) {
        sum += value;
        square += value * value;
      }
    }
    const count = 40 * 192 * 160;
    expect(Math.abs(sum / count)).toBeLessThan(0.1);
    expect(Math.abs(square / count - 1)).toBeLessThan(0.1);
  });

  test('shows the same pattern at every resolution', () => {
    const fine = frameOf(192, 160);
    const coarse = draw(frameOf(96, 80), 1);
    expect(correlation(halved(draw(fine, 1), fine), coarse)).toBeGreaterThan(0.97);
    expect(Math.abs(correlation(halved(draw(fine, 2), fine), coarse))).toBeLessThan(0.3);
  });

  test('is the same in a narrower field', () => {
    const wide = draw(frameOf(48, 48), 3);
    const narrow = draw(frameOf(48, 40), 3);
    for (let row = 0; row < 48; row++) {
      expect(narrow.subarray(row * 40, row * 40 + 40)).toEqual(
        wide.subarray(row * 48, row * 48 + 40),
      );
    }
  });

  test('leaves what is not wanted at 0', () => {
    const frame = frameOf(48, 40);
    const part = draw(frame, 4, 10);
    const whole = draw(frame, 4);
    part.forEach((value, i) => {
      expect(value).toBe(i % 40 < 10 ? whole[i] : 0);
    });
  });
});
