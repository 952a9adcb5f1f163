import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { bcaInterval } from '../src/intervals/bca-interval.ts';
import { packedDraws, packingFor, unpack } from '../src/intervals/packed-draws.ts';
import { rankScores } from '../src/intervals/ranked-scores.ts';
import { weightedAreas } from '../src/intervals/weighted-areas.ts';
import { paperRecords } from './paper-records.ts';

const [two, three] = [packingFor(2 ** 17), packingFor(2 ** 17 - 1)];

describe('packedDraws', () => {
  it.each([two, three])('draws as many as there are, evenly, in $lanes lanes', (packing) => {
    const draw = packedDraws([3, 10], { seed: 7, packing });
    const weights = new Float64Array(10);
    const sums = new Float64Array(10);
    for (let i = 0; i < 10_000 / packing.lanes; i++) {
      draw(weights);
      for (let lane = 0; lane < packing.lanes; lane++) {
        const counts = Array.from(weights, (packed) => unpack(packed, packing)[lane]!);
        expect(counts.slice(0, 3).reduce((a, b) => a + b)).toBe(3);
        expect(counts.slice(3).reduce((a, b) => a + b)).toBe(7);
        counts.forEach((count, cluster) => {
          sums[cluster]! += count;
        });
      }
    }
    for (const sum of sums) expect(Math.abs(sum / 10_000 - 1)).toBeLessThan(0.05);
  });

  it('gives the same for the same seed, however many lanes there are', () => {
    const drawn = [two, three].map((packing) => {
      const draw = packedDraws([20, 50], { seed: 3, packing });
      const weights = new Float64Array(50);
      return Array.from({ length: 6 / packing.lanes }, () => {
        draw(weights);
        const lanes = Array.from({ length: packing.lanes }, (_, lane) => lane);
        return lanes.map((lane) => Array.from(weights, (packed) => unpack(packed, packing)[lane]));
      }).flat();
    });
    expect(drawn[0]).toHaveLength(6);
    expect(drawn[1]).toEqual(drawn[0]);
    expect(drawn[0]?.[1]).not.toEqual(drawn[0]?.[0]);
  });

  it('takes the greatest sums apart exactly', () => {
    for (const packing of [two, three]) {
      const most = packing.unit - 1;
      const lanes = [most, most, packing.lanes === 3 ? most : 0] as const;
      const packed = lanes.reduce((sum, value, lane) => sum + value * packing.unit ** lane, 0);
      expect(unpack(packed, packing)).toEqual(lanes);
    }
  });
});

interface Weighted {
  readonly positive: boolean;
  readonly score: number;
  /** By lane. */
  readonly weights: readonly number[];
}

/** The definition: every positive against every negative. */
function areaByPairs(images: readonly Weighted[], lane: number): number {
  let [wins, pairs] = [0, 0];
  for (const a of images.filter(({ positive }) => positive)) {
    for (const b of images.filter(({ positive }) => !positive)) {
      pairs += a.weights[lane]! * b.weights[lane]!;
      wins += (a.weights[lane]! * b.weights[lane]! * (Math.sign(a.score - b.score) + 1)) / 2;
    }
  }
  return wins / pairs;
}

describe('weightedAreas', () => {
  it('are the areas of the images repeated as often as they weigh', () => {
    const image = fc.record({
      positive: fc.boolean(),
      score: fc.integer({ min: 0, max: 6 }),
      weights: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }),
    });
    const images = fc.array(image, { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(images, fc.constantFrom(two, three), (drawn, packing) => {
        const ranked = rankScores(
          drawn.map(({ score }) => score),
          Uint8Array.from(drawn, ({ positive }) => +positive),
        );
        const weights = Float64Array.from(drawn, (image) =>
          image.weights
            .slice(0, packing.lanes)
            .reduce((sum, weight, lane) => sum + weight * packing.unit ** lane, 0),
        );
        const areas = weightedAreas(ranked, { positionOf: (i) => i, packing })(weights);
        expect(areas).toHaveLength(packing.lanes);
        areas.forEach((area, lane) => {
          const expected = areaByPairs(drawn, lane);
          if (Number.isNaN(expected)) expect(area).toBeNaN();
          else expect(area).toBeCloseTo(expected, 12);
        });
      }),
    );
  });
});

describe('bcaInterval', () => {
  const replicates = Float64Array.from({ length: 999 }, (_, i) => (i + 1) / 1000);
  const strata = [0, 0, 0, 0];

  it('is the percentile interval where nothing is biased or skewed', () => {
    const ends = bcaInterval(replicates, 0.5, {
      quantile: 1.6448536269514722,
      influence: [-1, -1, 1, 1],
      strata,
    });
    expect(ends?.lower).toBeCloseTo(0.05, 2);
    expect(ends?.upper).toBeCloseTo(0.95, 2);
  });

  it('moves with the bias and with the skewness', () => {
    const influence = [-1, -1, 1, 1];
    const biased = bcaInterval(replicates, 0.6, {
      quantile: 1.6448536269514722,
      influence,
      strata,
    });
    // z₀ = Φ⁻¹(0.6), ends at Φ(2·z₀ ± 1.6449)
    expect(biased?.lower).toBeCloseTo(0.1275, 2);
    expect(biased?.upper).toBeCloseTo(0.9843, 2);
    const skewed = bcaInterval(replicates, 0.5, {
      quantile: 1.6448536269514722,
      influence: [-1, -1, -1, 3],
      strata,
    });
    expect(skewed!.upper).toBeGreaterThan(0.95);
  });

  it('is none where replicates do not vary, or too many are undefined', () => {
    const options = { quantile: 1.6448536269514722, influence: [0, 0], strata: [0, 0] };
    expect(bcaInterval(new Float64Array(200).fill(1), 1, options)).toBeNull();
    const some = replicates.map((value, i) => (i % 5 ? value : Number.NaN));
    expect(bcaInterval(some, 0.5, options)).toBeNull();
  });
});

describe('evaluatePaired with a bootstrap', () => {
  const bootstrap = { unit: 'patient', replicates: 501, seed: 4 } as const;

  it('has BCa intervals, the same for the same seed', () => {
    const a = evaluatePaired(paperRecords, { bootstrap });
    expect(a).toEqual(evaluatePaired(paperRecords, { bootstrap }));
    expect(a.fooled.insert).toMatchObject({ method: 'bootstrap', k: 209, n: 319 });
    expect(a.aucReal.ci?.method).toBe('bootstrap-bca');
    expect(a.aucFakeFlipped.ci?.lower).toBe(1 - a.aucFakeOriginal.ci!.upper);
    const other = evaluatePaired(paperRecords, { bootstrap: { ...bootstrap, seed: 5 } });
    expect(other.fooled.insert.lower).not.toBe(a.fooled.insert.lower);
  });

  it('can draw images, which is narrower where images of a patient agree', () => {
    const width = (unit: 'patient' | 'image') => {
      const { upper, lower } = evaluatePaired(paperRecords, {
        bootstrap: { unit, replicates: 1000, seed: 1 },
      }).fooled.insert;
      return upper! - lower!;
    };
    expect(width('patient')).toBeGreaterThan(1.2 * width('image'));
  });

  it('is beside the main interval if another is asked for', () => {
    const { fooled } = evaluatePaired(paperRecords, { bootstrap, ci: 'wilson' });
    expect(fooled.both.method).toBe('wilson');
    expect(fooled.both.intervals.map(({ method }) => method)).toEqual([
      'wilson',
      'clopper-pearson',
      'wilson-clustered',
      'bootstrap',
    ]);
  });

  it('gives way to the clustered Wilson interval where nothing varies, and says so', () => {
    const all = paperRecords.map((record) => ({
      ...record,
      scoreFake: record.label === 'positive' ? 0.01 : 0.99,
    }));
    const { fooled, aucFakeFlipped } = evaluatePaired(all, { bootstrap });
    expect(fooled.remove).toMatchObject({ rate: 1, upper: 1, method: 'wilson-clustered' });
    expect(fooled.remove.lower).toBeLessThan(0.95);
    expect(aucFakeFlipped).toMatchObject({ status: 'zero-variance', estimate: 1 });
    expect(aucFakeFlipped.ci).toMatchObject({ method: 'newcombe', upper: 1 });
    expect(aucFakeFlipped.ci!.lower).toBeGreaterThan(0.9);
    expect(aucFakeFlipped.ci!.lower).toBeLessThan(0.999);
  });

  it('refuses settings that cannot be followed', () => {
    const wrong = (settings: object) => () =>
      evaluatePaired(paperRecords, { bootstrap: { ...bootstrap, ...settings } });
    expect(wrong({ unit: 'breast' })).toThrow(
      'bootstrap.unit must be patient or image, got breast',
    );
    expect(wrong({ replicates: 10 })).toThrow(
      'bootstrap.replicates must be a whole number from 100 to 1000000, got 10',
    );
    expect(wrong({ seed: Number.NaN })).toThrow('bootstrap.seed must be a safe integer, got NaN');
    expect(() => evaluatePaired(paperRecords, { ci: 'bootstrap' })).toThrow(
      "ci 'bootstrap' must have the option bootstrap, got none",
    );
  });
});
