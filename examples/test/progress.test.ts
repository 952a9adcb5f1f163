import { expect, test } from 'vitest';
import { describeProgress } from '../full-study/progress.ts';

test('rate and time left count only what was done since the start of this process', () => {
  expect(describeProgress('CAD', { done: 600, total: 1000, note: 'loss 0.3' }, 100, 10_000)).toBe(
    'CAD 600/1000 · 10/s · 40 s left · loss 0.3',
  );
});

test('no rate is claimed before anything was done', () => {
  expect(describeProgress('CAD', { done: 0, total: 10 }, 0, 50)).toBe('CAD 0/10');
});
