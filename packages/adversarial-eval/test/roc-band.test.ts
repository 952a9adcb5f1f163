import { randomStream, wilsonInterval } from '@mammo/reader-study-stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rocBand } from '../src/roc-band.ts';
import { pair } from './pairs.ts';

describe('rocBand', () => {
  it('starts with the interval of no positive at all', () => {
    const pairs = Array.from({ length: 20 }, (_, i) =>
      pair(`${i}`, i < 10 ? 'positive' : 'negative', [i / 20, (20 - i) / 20]),
    );
    const { band, points, level } = rocBand(pairs, { images: 'real' });
    const none = wilsonInterval(0, 10, { level: Math.sqrt(0.95) });
    expect(band[0]).toMatchObject({ falsePositiveRate: 0, lower: 0 });
    expect(band.at(-1)).toMatchObject({ falsePositiveRate: 1, upper: 1 });
    expect(band[0]?.upper).toBeCloseTo(none.upper!, 12);
    expect([points.length, level]).toEqual([21, 0.95]);
  });

  it('takes fakes with the labels that they are meant to have', () => {
    const pairs = [pair('p', 'positive', [0.9, 0.1]), pair('n', 'negative', [0.1, 0.9])];
    const flipped = rocBand(pairs, { images: 'fake-flipped' });
    expect(flipped.points[1]).toMatchObject({ truePositiveRate: 1, falsePositiveRate: 0 });
  });

  it('lies around its curve and rises', () => {
    const score = fc.integer({ min: 0, max: 20 }).map((value) => value / 20);
    const records = fc.array(
      fc.record({ positive: fc.boolean(), patient: fc.nat(4), scores: fc.tuple(score, score) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(records, (given) => {
        const pairs = [
          pair('p', 'positive', [1, 0]),
          pair('n', 'negative', [0, 1]),
          ...given.map(({ positive, patient, scores }, i) =>
            pair(`${i}`, positive ? 'positive' : 'negative', scores, { patientId: `${patient}` }),
          ),
        ];
        const { points, band } = rocBand(pairs, { images: 'real' });
        band.forEach(({ lower, upper }, i) => {
          expect(lower).toBeGreaterThanOrEqual(band[i - 1]?.lower ?? 0);
          expect(upper).toBeGreaterThanOrEqual(band[i - 1]?.upper ?? 0);
        });
        for (const { falsePositiveRate, truePositiveRate } of points) {
          const before = band.filter((at) => at.falsePositiveRate <= falsePositiveRate).at(-1)!;
          const after = band.find((at) => at.falsePositiveRate >= falsePositiveRate)!;
          expect(before.lower).toBeLessThanOrEqual(truePositiveRate + 1e-12);
          expect(after.upper).toBeGreaterThanOrEqual(truePositiveRate - 1e-12);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('holds the true point of a threshold at least as often as it says, images of a patient alike', () => {
    const stream = randomStream(5, 'roc-band');
    const [sensitivity, falseAlarms] = [0.5, 0.15865525393145707]; // P(N(1, 1) > 1), P(N(0, 1) > 1)
    let held = 0;
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const pairs = Array.from({ length: 60 }, (_, patient) => {
        const shared = stream.normal();
        return [0, 1].map((image) => {
          const label = patient % 2 ? 'positive' : 'negative';
          const score = Math.SQRT1_2 * (shared + stream.normal()) + (label === 'positive' ? 1 : 0);
          return pair(`${patient}-${image}`, label, [score, 0], { patientId: `${patient}` });
        });
      }).flat();
      const { band } = rocBand(pairs, { images: 'real' });
      const before = band.filter((at) => at.falsePositiveRate <= falseAlarms).at(-1)!;
      const after = band.find((at) => at.falsePositiveRate >= falseAlarms)!;
      if (before.lower <= sensitivity && sensitivity <= after.upper) held++;
    }
    expect(held / runs).toBeGreaterThan(0.95);
  });

  it('needs both classes', () => {
    expect(() => rocBand([pair('p', 'positive', [1, 0])], { images: 'real' })).toThrow(RangeError);
  });
});
