import { expect, test } from 'vitest';
import { describeProgress, progressMeter } from '../src/progress.ts';

test('rate, time left and cost are those of this run', () => {
  let nowMs = 1000;
  const before = { done: 100, total: 1000, quarantined: 1 };
  const meter = progressMeter(before, { pricePerHour: 3.6, nowMs: () => nowMs });
  expect(meter.now()).toEqual(before);
  nowMs += 10_000;
  meter.add({ images: 200, quarantined: 2 });
  expect(meter.now()).toEqual({
    done: 300,
    total: 1000,
    quarantined: 3,
    imagesPerSecond: 20, // 200 in 10 s
    secondsLeft: 35, // 700 at 20 a second
    costPer1000: 0.05, // 50 s at 0.001 a second
  });
  expect(describeProgress(meter.now())).toBe(
    '300 of 1000 images, 20.0 images/s, 35 s left, 0.0500 per 1,000 images, 3 in quarantine',
  );
});

test('long waits are told in hours and minutes', () => {
  const left = (secondsLeft: number) =>
    describeProgress({ done: 0, total: 9, quarantined: 0, secondsLeft });
  expect(left(60)).toBe('0 of 9 images, 1 min left');
  expect(left(7384.2)).toBe('0 of 9 images, 2 h 3 min left');
});
