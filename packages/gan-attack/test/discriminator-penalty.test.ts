import { expect, test } from 'vitest';
import { defaultDiscriminatorPenalty } from '../src/index.ts';

test("k is the paper's 10 at its height, and a sixteenth at half of it", () => {
  expect([1728, 864].map(defaultDiscriminatorPenalty)).toEqual([10, 0.625]);
});
