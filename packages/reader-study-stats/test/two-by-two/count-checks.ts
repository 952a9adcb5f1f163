import fc from 'fast-check';
import { expect } from 'vitest';
import type { Count } from '../../src/two-by-two/count.ts';
import { relativeError } from '../goldens.ts';

export const close = (actual: number, expected: number, tolerance = 1e-10): void =>
  expect(
    Math.min(relativeError(actual, expected), Math.abs(actual - expected) * 1e4),
    `got ${actual}, golden ${expected}`,
  ).toBeLessThan(tolerance);
export const closeInterval = (
  { lower, upper }: { readonly lower: number; readonly upper: number },
  expected: readonly number[],
): void => {
  close(lower, expected[0]!);
  close(upper, expected[1]!);
};
export const count: fc.Arbitrary<Count> = fc
  .tuple(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1e9 })), fc.nat(1000))
  .map(([n, share]) => ({ k: Math.floor((n * share) / 1000), n }));
export const cell: fc.Arbitrary<number> = fc.oneof(fc.constant(0), fc.nat(30), fc.nat(1e9));
export const expectFinite = (...values: readonly (number | null)[]): void => {
  for (const value of values) {
    if (value !== null) expect(Number.isFinite(value)).toBe(true);
  }
};

export const closeAll = (
  own: readonly (number | null)[],
  golden: readonly number[],
  tolerance = 1e-10,
): void => {
  expect(own.length).toBe(golden.length);
  own.forEach((value, i) => {
    close(value!, golden[i]!, tolerance);
  });
};
