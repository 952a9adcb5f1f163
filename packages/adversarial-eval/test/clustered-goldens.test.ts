import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rateGrid } from '../simulate/rate-grid.ts';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { scoreInterval, wilsonClustered } from '../src/intervals/wilson-clustered.ts';
import { pair } from './pairs.ts';

type Row = readonly [patient: string, positive: boolean, scoreReal: number, scoreFake: number];
type Numbers = Readonly<Record<string, number>>;

interface Golden {
  readonly name: string;
  readonly records: readonly Row[];
  readonly aucReal: Numbers;
  readonly aucFakeOriginal: Numbers;
  readonly fooled: Readonly<Record<'remove' | 'insert' | 'both', Numbers>>;
  readonly sensitivityChange: Numbers;
  readonly specificityChange: Numbers;
  readonly shiftInsert: Numbers;
}

const path = new URL('./fixtures/clustered/data.json', import.meta.url);
const { sets } = JSON.parse(readFileSync(path, 'utf8')) as { readonly sets: readonly Golden[] };

function expectNear(found: object, golden: Numbers): void {
  for (const [name, value] of Object.entries(golden)) {
    const difference =
      Math.abs((found as Numbers)[name]! - value) / Math.max(1e-3, Math.abs(value));
    expect(difference, `${name}: ${(found as Numbers)[name]} for ${value}`).toBeLessThan(1e-9);
  }
}

describe.each(sets)('goldens: $name', (golden) => {
  const evaluation = evaluatePaired(
    golden.records.map(([patientId, positive, real, fake], i) =>
      pair(`${i}`, positive ? 'positive' : 'negative', [real, fake], { patientId }),
    ),
    { ci: 'wilson-clustered' },
  );

  it('areas are Obuchowski’s on the logit scale', () => {
    const { aucReal, aucFakeOriginal, aucFakeFlipped } = evaluation;
    expectNear({ ...aucReal.ci, ...aucReal }, golden.aucReal);
    expectNear({ ...aucFakeOriginal.ci, ...aucFakeOriginal }, golden.aucFakeOriginal);
    expect(aucFakeFlipped.ci?.upper).toBeCloseTo(1 - golden.aucFakeOriginal.lower!, 12);
  });

  it('rates are Wilson’s at the effective number of images', () => {
    for (const direction of ['remove', 'insert', 'both'] as const) {
      expectNear(evaluation.fooled[direction], golden.fooled[direction]);
    }
  });

  it('changes and shifts have the error of patients', () => {
    expectNear(evaluation.sensitivity.difference, golden.sensitivityChange);
    expectNear(evaluation.specificity.difference, golden.specificityChange);
    expectNear(evaluation.scoreShift.insert.test, golden.shiftInsert);
  });
});

describe('wilsonClustered', () => {
  const tally = (n: number, ...k: readonly number[]) => ({
    k: Float64Array.from(k),
    n: new Float64Array(k.length).fill(n),
  });

  it('does not take a single failure for independence', () => {
    // 59 of 60, the failure in one of 15 patients: D = 1.017, D̃ = (1.017 + ½·4)/1.5 = 2.011
    const found = wilsonClustered(tally(4, 3, ...Array.from({ length: 14 }, () => 4)), 0.95);
    expect(found.designEffect).toBeCloseTo(1.01695, 5);
    const { lower, upper } = scoreInterval(59 / 60, 60 / 2.0113, 0.95);
    expect(found.lower).toBeCloseTo(lower, 4);
    expect(found.upper).toBeCloseTo(upper, 4);
    expect(found.lower).toBeLessThan(0.9);
  });

  it('counts patients where no variance can be seen', () => {
    const found = wilsonClustered(tally(4, 4, 4, 4, 4, 4), 0.95);
    expect(found).toEqual({ ...scoreInterval(1, 5, 0.95), designEffect: null });
  });

  it('covers at least 93 % over few patients and high rates too', () => {
    const [here, plain] = rateGrid({ simulations: 300, seed: 3, patients: [10] });
    expect(here?.settings).toBe(64);
    // 93.5 % less three standard errors; with the plain design effect many settings fall short
    expect(here?.least).toBeGreaterThan(0.892);
    expect(here!.below93).toBeLessThan(plain!.below93 / 2);
  });
});

describe('where each patient has one image', () => {
  it('Obuchowski’s standard error is DeLong’s', () => {
    const { aucReal } = evaluatePaired(
      sets[0]!.records.map(([patientId, positive, real, fake], i) =>
        pair(`${i}`, positive ? 'positive' : 'negative', [real, fake], { patientId }),
      ),
    );
    const plain = aucReal.intervals.find((interval) => interval.method === 'delong');
    expect(aucReal.method).toBe('delong');
    expect((plain!.upper - plain!.lower) / 2 / 1.959963984540054).toBeCloseTo(aucReal.se!, 12);
  });
});
