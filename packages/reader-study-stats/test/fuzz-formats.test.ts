import { expect, test } from 'vitest';
import { FORMATS, fuzzFormat } from '../fuzz/formats.ts';

test.each(FORMATS)('damaged $name is read or refused, and given back', (target) => {
  const { read, refused } = fuzzFormat(target, { seed: 2, inputs: 300 });
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
