import { expect, test } from 'vitest';
import { fuzzTable, tableTargets } from '../fuzz/tables.ts';

test.each(tableTargets())('damaged $name gives rows or a ManifestError', (target) => {
  const { read, refused, defects } = fuzzTable(target, { seed: 2, inputs: 150 });
  expect(defects).toEqual([]);
  expect(read + refused).toBe(150);
});
