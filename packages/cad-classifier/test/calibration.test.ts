import { readFileSync } from 'node:fs';
import type { CaseLabel } from '@mammo/mammo-io';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Calibration,
  calibrate,
  fitCalibration,
  fitIsotonic,
  fitTemperature,
  marginsOf,
} from '../src/index.ts';

const golden = JSON.parse(
  readFileSync(new URL('fixtures/calibration/data.json', import.meta.url), 'utf8'),
) as {
  readonly margins: number[];
  readonly labels: CaseLabel[];
  readonly temperature: number;
  readonly logLoss: { readonly before: number; readonly after: number };
  readonly at: number[];
  readonly isotonic: number[];
  readonly isotonicOfMargins: number[];
};

const labelled = fc
  .array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.boolean()), { minLength: 2, maxLength: 40 })
  .filter((pairs) => new Set(pairs.map(([, positive]) => positive)).size === 2)
  .map((pairs) => ({
    margins: pairs.map(([margin]) => margin),
    labels: pairs.map(([, positive]): CaseLabel => (positive ? 'positive' : 'negative')),
  }));

describe('temperature', () => {
  test('by hand: three of four right at margin 2 is T = 2 / log 3', () => {
    const margins = [2, 2, 2, 2, -2, -2, -2, -2];
    const [p, n] = ['positive', 'negative'] as const;
    const fitted = fitTemperature({ margins, labels: [p, p, p, n, n, n, n, p] });
    expect(fitted.temperature).toBeCloseTo(2 / Math.log(3), 12);
    expect(fitted.fittedOn).toEqual({ positives: 4, negatives: 4 });
    expect(fitted.logLoss.after).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 12);
  });

  test('is that of SciPy', () => {
    const { temperature, logLoss } = fitTemperature(golden);
    expect(Math.abs(temperature - golden.temperature)).toBeLessThan(1e-7);
    expect(logLoss.before).toBeCloseTo(golden.logLoss.before, 12);
    expect(logLoss.after).toBeCloseTo(golden.logLoss.after, 12);
  });

  test('scaled margins have a scaled temperature, and one that is fitted fits', () => {
    const factor = 7;
    const margins = golden.margins.map((margin) => factor * margin);
    const fitted = fitTemperature({ margins, labels: golden.labels });
    expect(fitted.temperature).toBeCloseTo(factor * fitTemperature(golden).temperature, 8);
    const rescaled = margins.map((margin) => margin / fitted.temperature);
    expect(fitTemperature({ margins: rescaled, labels: golden.labels }).temperature).toBeCloseTo(
      1,
      9,
    );
  });

  test('no other temperature has a smaller loss', () => {
    fc.assert(
      fc.property(labelled, fc.double({ min: 0.05, max: 50, noNaN: true }), (sample, other) => {
        let fitted: ReturnType<typeof fitTemperature>;
        try {
          fitted = fitTemperature(sample);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const margins = sample.margins.map((margin) => (margin * fitted.temperature) / other);
        const loss = sample.margins.reduce((sum, margin, i) => {
          const towards = (sample.labels[i] === 'positive' ? margin : -margin) / other;
          return sum + Math.log1p(Math.exp(-towards)) / margins.length;
        }, 0);
        expect(fitted.logLoss.after).toBeLessThanOrEqual(loss + 1e-12);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test.each<[string, number[], CaseLabel[], string]>([
    [
      'separated',
      [3, 1, -1],
      ['positive', 'positive', 'negative'],
      'fitTemperature: margins must not all have the sign of their class, got classes that they separate',
    ],
    [
      'opposite',
      [-3, 1],
      ['positive', 'negative'],
      'fitTemperature: margins must be greater for positive images than for negative ones on the whole, got the opposite',
    ],
    [
      'lengths',
      [1],
      ['positive', 'negative'],
      'fitTemperature: margins and labels must have one length, got 1 and 2',
    ],
    [
      'NaN',
      [1, Number.NaN],
      ['positive', 'negative'],
      'fitTemperature: margins must be finite, got NaN at index 1',
    ],
    [
      'one class',
      [1, 2],
      ['positive', 'positive'],
      'fitTemperature: labels must hold both classes, got 2 positive and 0 negative',
    ],
  ])('refuses a sample: %s', (_, margins, labels, message) => {
    expect(() => fitTemperature({ margins, labels })).toThrow(new RangeError(message));
  });
});

describe('isotonic regression', () => {
  test('is that of scikit-learn, between the corners and beyond them', () => {
    const curve = fitIsotonic(golden);
    const close = (got: readonly number[], expected: readonly number[]) => {
      for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    };
    close(calibrate(curve, golden.at), golden.isotonic);
    close(calibrate(curve, golden.margins), golden.isotonicOfMargins);
  });

  test('never falls, and keeps the mean of the labels', () => {
    fc.assert(
      fc.property(labelled, (sample) => {
        const curve = fitIsotonic(sample);
        const rising = (values: readonly number[]) =>
          values.every((value, i) => i === 0 || value >= values[i - 1]!);
        expect(rising(curve.probabilities)).toBe(true);
        expect(new Set(curve.margins).size).toBe(curve.margins.length);
        expect(rising(curve.margins)).toBe(true);
        const sum = calibrate(curve, sample.margins).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(curve.fittedOn.positives, 9);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

test('a calibration is plain JSON', () => {
  for (const method of ['temperature', 'isotonic'] as const) {
    const calibration = fitCalibration(method, golden);
    const restored = JSON.parse(JSON.stringify(calibration)) as Calibration;
    expect(calibrate(restored, golden.margins)).toEqual(calibrate(calibration, golden.margins));
  }
});

test('margins are differences of logits', () => {
  expect(marginsOf(Float32Array.of(1, 3, 0.5, -0.5))).toEqual([-2, 1]);
  expect(() => marginsOf([1, 2, 3])).toThrow(
    new RangeError('marginsOf: logits must be two for each image, got 3'),
  );
});

test('refuses an unknown method and margins that are not finite', () => {
  expect(() => fitCalibration('platt' as 'isotonic', golden)).toThrow(
    new RangeError('fitCalibration: method must be temperature or isotonic, got platt'),
  );
  expect(() => calibrate(fitIsotonic(golden), [0, Number.POSITIVE_INFINITY])).toThrow(
    new RangeError('calibrate: margins must be finite, got Infinity at index 1'),
  );
});
