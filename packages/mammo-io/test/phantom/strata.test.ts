import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalQuantile, stratifiedQuantiles } from '../../src/phantom/strata.ts';
import { randomStream } from '../../src/random.ts';

describe('stratifiedQuantiles', () => {
  test('has one number in each part', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer(), (count, seed) => {
        const parts = stratifiedQuantiles(count, randomStream(seed)).map((q) =>
          Math.floor(q * count),
        );
        expect(parts.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });
});

describe('normalQuantile', () => {
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.01, -2.3263478740408408],
    [0.3, -0.5244005127080409],
    [1e-6, -4.753424308822899],
    [1 - 1e-6, 4.753424308822899],
  ])('of %d is %d', (share, quantile) => {
    expect(Math.abs(normalQuantile(share) - quantile)).toBeLessThan(1e-8);
  });
});
