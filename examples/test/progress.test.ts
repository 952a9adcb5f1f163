import { expect, test } from 'vitest';
import { describeProgress, formatSeconds } from '../full-study/progress.ts';

test.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [-3, '0 s'],
])('%d seconds read as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('rate and time left count only what was done since the start of this process', () => {
  expect(describeProgress('CAD', { done: 600, total: 1000, note: 'loss 0.3' }, 100, 10_000)).toBe(
    'CAD 600/1000 · 10/s · 40 s left · loss 0.3',
  );
});

test('no rate is claimed before anything was done', () => {
  expect(describeProgress('CAD', { done: 0, total: 10 }, 0, 50)).toBe('CAD 0/10');
});
