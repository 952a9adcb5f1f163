import { expect, test } from 'vitest';
import { divergenceGuard } from '../src/index.ts';

test('losses that fall, or rise a little, pass', () => {
  const guard = divergenceGuard({ window: 2, factor: 3 });
  for (const loss of [4, 2, 1, 1, 2, 2.5, 3]) guard(loss);
});

test('an average above so many times the lowest ends the training', () => {
  const guard = divergenceGuard({ window: 2, factor: 3 });
  for (const loss of [9, 1, 1, 5]) guard(loss); // averages 5, 1, 3
  expect(() => guard(5)).toThrow(
    'divergenceGuard: the average loss of 2 steps must stay below 3 times the lowest, 1.000, got 5.000 in step 5',
  );
});

test('a loss that is no number ends it at once', () => {
  const guard = divergenceGuard();
  guard(1);
  expect(() => guard(Number.NaN)).toThrow(
    'divergenceGuard: the loss must be finite, got NaN in step 2',
  );
});

test('options out of range are refused', () => {
  expect(() => divergenceGuard({ window: 0 })).toThrow(
    'divergenceGuard: window must be a positive integer, got 0',
  );
  expect(() => divergenceGuard({ factor: 1 })).toThrow(
    'divergenceGuard: factor must exceed 1, got 1',
  );
});
