import { expect, test } from 'vitest';
import { inBatches } from '../server/batch.ts';

test('what comes while a group is under way makes up the next one, and each gets its own result', async () => {
  const groups: number[][] = [];
  const double = inBatches(async (items: readonly number[]) => {
    groups.push([...items]);
    await new Promise((resume) => setTimeout(resume, 5));
    return items.map((item) => 2 * item);
  });
  const first = Promise.all([1, 2, 3].map(double));
  await new Promise((resume) => setTimeout(resume, 2));
  const later = Promise.all([4, 5].map(double));
  expect(await first).toEqual([2, 4, 6]);
  expect(await later).toEqual([8, 10]);
  expect(groups).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  expect(await double(6)).toBe(12);
});

test('one that fails does not spoil the others of its group', async () => {
  const half = inBatches(async (items: readonly number[]) => {
    if (items.some((item) => item % 2 !== 0)) throw new RangeError(`odd: ${items}`);
    return items.map((item) => item / 2);
  });
  const results = await Promise.allSettled([2, 3, 4].map(half));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await expect(half(5)).rejects.toThrow('odd: 5');
  expect(await half(6)).toBe(3);
});
