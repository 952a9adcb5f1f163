import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RandomStream, randomStream } from '../src/random.ts';

function take(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

function moments(values: readonly number[]): { mean: number; variance: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const central = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), kurtosis: central(4) / central(2) ** 2 };
}

describe('randomStream', () => {
  test('gives the numbers it always gave', () => {
    const random = randomStream(42, 'golden', 7);
    expect(take(3, () => random.uniform())).toEqual([
      0.7326228703050551, 0.3744530964260204, 0.5950212032496796,
    ]);
    expect(take(3, () => random.normal())).toEqual([
      -1.0391335505233201, -1.9963033287347256, 0.7991606652330725,
    ]);
    expect(random.shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([3, 2, 6, 7, 0, 1, 4, 5]);
  });

  test.each<[string, RandomStream, RandomStream]>([
    ['seeds', randomStream(1), randomStream(2)],
    ['seeds that differ above 32 bits', randomStream(1), randomStream(1 + 2 ** 32)],
    ['seeds of opposite sign', randomStream(5), randomStream(-5)],
    ['keys', randomStream(1, 'a'), randomStream(1, 'b')],
    ['the order of keys', randomStream(1, 2, 3), randomStream(1, 3, 2)],
    ['numbers and their names', randomStream(1, 1), randomStream(1, '1')],
    ['how keys are cut', randomStream(1, 'ab', 'c'), randomStream(1, 'a', 'bc')],
    ['a missing key', randomStream(1), randomStream(1, 0)],
    ['letters outside the basic plane', randomStream(1, '𝒂'), randomStream(1, '𝒃')],
  ])('tells %s apart', (_, one, other) => {
    const ones = take(64, () => one.uniform());
    const others = take(64, () => other.uniform());
    expect(ones.filter((value, i) => value === others[i])).toEqual([]);
  });

  test('neighbouring keys are uncorrelated', () => {
    const firsts = take(20000, () => 0).map((_, i) => randomStream(3, i).uniform() - 0.5);
    const products = firsts.slice(1).map((value, i) => value * (firsts[i] ?? 0));
    expect(moments(firsts).mean).toBeCloseTo(0, 2);
    expect(moments(firsts).variance).toBeCloseTo(1 / 12, 2);
    expect(moments(products).mean * 12).toBeCloseTo(0, 1);
  });

  test('uniform numbers fill [low, high)', () => {
    const random = randomStream(1);
    const values = take(50000, () => random.uniform(-1, 3));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(3);
    expect(moments(values).mean).toBeCloseTo(1, 1);
    expect(moments(values).variance).toBeCloseTo(16 / 12, 1);
  });

  test('normal numbers have the moments of the normal distribution', () => {
    const random = randomStream(2);
    const { mean, variance, kurtosis } = moments(take(100000, () => random.normal()));
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.1);
  });

  test('normals fills with what normal returns', () => {
    const filled = new Float64Array(7);
    randomStream(9).normals(filled);
    const single = randomStream(9);
    expect([...filled]).toEqual(take(7, () => single.normal()));
  });

  test('poisson numbers have mean and variance equal', () => {
    const random = randomStream(4);
    const { mean, variance } = moments(take(50000, () => random.poisson(0.3)));
    expect(Math.abs(mean - 0.3)).toBeLessThan(0.01);
    expect(Math.abs(variance - 0.3)).toBeLessThan(0.01);
    expect(randomStream(4).poisson(0)).toBe(0);
  });

  test('shuffle returns a permutation and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const shuffled = randomStream(seed).shuffle(items);
        expect(items).toEqual(before);
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  test('shuffle gives every order equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 12000; i++) {
      const order = randomStream(5, i).shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  test('integer stays below its count', () => {
    const random = randomStream(6);
    expect(new Set(take(200, () => random.integer(3)))).toEqual(new Set([0, 1, 2]));
  });

  test('says what is wrong with an argument', () => {
    expect(() => randomStream(1.5)).toThrow(
      'randomStream: seed and numeric keys must be safe integers, got 1.5',
    );
    expect(() => randomStream(1, Number.NaN)).toThrow(RangeError);
    expect(() => randomStream(1).integer(0)).toThrow(
      'integer: count must be a positive integer, got 0',
    );
    expect(() => randomStream(1).poisson(-1)).toThrow('poisson: mean must lie in [0, 500], got -1');
  });
});
