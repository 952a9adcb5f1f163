import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { foolingCurve } from '../src/fooling-curve.ts';
import { pairOutcome } from '../src/pair-outcome.ts';
import { chooseThreshold, type ReferenceScores } from '../src/threshold-policy.ts';
import { pair } from './pairs.ts';
import { paperRecords } from './paper-records.ts';

const reference: ReferenceScores = {
  scores: [0.1, 0.2, 0.3, 0.4, 0.6, 0.5, 0.55, 0.7, 0.8, 0.9],
  labels: Array.from({ length: 10 }, (_, i) => (i < 5 ? 'negative' : 'positive')),
};

describe('chooseThreshold', () => {
  it('takes a fixed one as it is', () => {
    const choice = { policy: 'fixed', threshold: 0.3, atLeast: null, chosenOn: null };
    expect(chooseThreshold({ policy: 'fixed', threshold: 0.3 })).toEqual(choice);
  });

  it('finds the one of Youden, of a specificity and of a sensitivity', () => {
    const youden = chooseThreshold({ policy: 'youden', reference });
    // above 0.45: sensitivity 5/5, specificity 4/5
    expect(youden.threshold).toBeCloseTo(0.45, 12);
    expect(youden.chosenOn).toMatchObject({ sensitivity: 1, specificity: 0.8, positives: 5 });
    const specific = chooseThreshold({ policy: 'specificity', atLeast: 1, reference });
    expect(specific.threshold).toBeCloseTo(0.65, 12);
    expect(specific.chosenOn).toMatchObject({ specificity: 1, sensitivity: 0.6 });
    const sensitive = chooseThreshold({ policy: 'sensitivity', atLeast: 1, reference });
    expect(sensitive.threshold).toBeCloseTo(0.45, 12);
    expect(sensitive.chosenOn).toMatchObject({ sensitivity: 1, specificity: 0.8 });
  });

  it('keeps what it promises for any scores', () => {
    const cases = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(cases, fc.constantFrom(0.5, 0.9, 1), (rows, atLeast) => {
        const all = [[true, 5] as const, [false, 5] as const, ...rows];
        const given: ReferenceScores = {
          scores: all.map(([, score]) => score),
          labels: all.map(([positive]) => (positive ? 'positive' : 'negative')),
        };
        for (const policy of ['specificity', 'sensitivity'] as const) {
          const { threshold, chosenOn } = chooseThreshold({ policy, atLeast, reference: given });
          const positives = all.filter(([positive]) => positive);
          const negatives = all.filter(([positive]) => !positive);
          const share = (part: number, whole: number) => part / whole;
          expect(chosenOn![policy]).toBeGreaterThanOrEqual(atLeast);
          expect(chosenOn!.sensitivity).toBe(
            share(positives.filter(([, score]) => score > threshold).length, positives.length),
          );
          expect(chosenOn!.specificity).toBe(
            share(negatives.filter(([, score]) => score <= threshold).length, negatives.length),
          );
        }
      }),
    );
  });

  it('refuses what it cannot choose from', () => {
    expect(() => chooseThreshold({ policy: 'fixed', threshold: Number.NaN })).toThrow(
      'chooseThreshold: threshold must be finite, got NaN',
    );
    expect(() => chooseThreshold({ policy: 'sensitivity', atLeast: 0, reference })).toThrow(
      'atLeast must lie in (0, 1], got 0',
    );
    const youden = (wrong: Partial<ReferenceScores>) => () =>
      chooseThreshold({ policy: 'youden', reference: { ...reference, ...wrong } });
    expect(youden({ scores: [1] })).toThrow('must have one length, got 1 and 10');
    expect(youden({ scores: reference.scores.map(() => Number.NaN) })).toThrow(
      'reference scores must be finite, got NaN at index 0',
    );
    expect(youden({ labels: reference.labels.map(() => 'positive') })).toThrow(
      'both present, got 10 positive and 0 negative of 10',
    );
  });
});

describe('evaluatePaired', () => {
  it('evaluates at a threshold chosen on other patients, and tabulates others beside it', () => {
    const evaluation = evaluatePaired(paperRecords, {
      threshold: { policy: 'youden', reference },
      operatingPoints: [{ policy: 'fixed', threshold: 0.5 }],
    });
    expect(evaluation.threshold).toBeCloseTo(0.45, 12);
    expect(evaluation.operatingPoints.map(({ policy }) => policy)).toEqual(['youden', 'fixed']);
    expect(evaluation.operatingPoints[0]!.fooled).toEqual(evaluation.fooled);
    expect(evaluation.operatingPoints[1]!.fooled.remove).toMatchObject({ k: 42, n: 44 });
  });

  it('refuses a threshold chosen on the evaluated patients', () => {
    const patientIds = paperRecords.map((record) => record.patientId);
    const threshold = { policy: 'youden', reference: { ...reference, patientIds } } as const;
    expect(() => evaluatePaired(paperRecords, { threshold })).toThrow(
      'the reference of policy youden must have other patients, got 219 of the evaluated: positive-patient-0, positive-patient-1, positive-patient-2, positive-patient-3, positive-patient-4, …',
    );
  });

  it('has strata by name and value, those that do not say last', () => {
    const { strata } = evaluatePaired([
      pair('a', 'positive', [0.9, 0.2]),
      pair('b', 'positive', [0.9, 0.2], { strata: { density: 'C' } }),
      pair('c', 'negative', [0.1, 0.2], { strata: { density: 'C' } }),
      pair('d', 'negative', [0.1, 0.8], { strata: { density: 'D' } }),
    ]);
    expect(strata.map(({ name, value, n }) => [name, value, n.pairs])).toEqual([
      ['density', 'C', 2],
      ['density', 'D', 1],
      ['density', null, 1],
    ]);
    expect(strata[0]!.fooled.both).toMatchObject({ k: 1, n: 2 });
    expect(strata[0]!.aucReal).toMatchObject({ status: 'single-patient', estimate: 1, se: null });
    expect(strata[1]!.aucReal).toMatchObject({ status: 'one-class', estimate: null, ci: null });
  });

  it('warns where intervals take images of a patient as independent', () => {
    expect(evaluatePaired(paperRecords, { ci: 'wilson' }).warnings).toEqual([
      'patients have several images, which wilson intervals take as independent: they are too narrow',
    ]);
    expect(evaluatePaired(paperRecords).method).toBe('wilson-clustered');
    expect(evaluatePaired(paperRecords).warnings).toEqual([]);
    expect(evaluatePaired(paperRecords, { threshold: 0 }).warnings).toEqual([
      'no negative image was right: there was none to fool',
    ]);
  });
});

describe('foolingCurve', () => {
  it('counts what the outcome at each threshold says', () => {
    const scores = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
    const records = fc.array(fc.tuple(fc.boolean(), scores, scores), {
      minLength: 1,
      maxLength: 40,
    });
    const thresholds = [0, 0.125, 0.3, 0.5, 0.875, 1];
    fc.assert(
      fc.property(records, (rows) => {
        const pairs = rows.map(([positive, real, fake], i) =>
          pair(`${i}`, positive ? 'positive' : 'negative', [real, fake]),
        );
        for (const point of foolingCurve(pairs, { thresholds })) {
          for (const direction of ['remove', 'insert'] as const) {
            const outcomes = pairs
              .filter((record) => record.direction === direction)
              .map((record) => pairOutcome(record, point.threshold));
            const { k, n } = point[direction];
            expect(k).toBe(outcomes.filter((outcome) => outcome === 'fooled').length);
            expect(n).toBe(outcomes.filter((outcome) => outcome !== 'skipped').length);
          }
          expect(point.both.k).toBe(point.remove.k + point.insert.k);
        }
      }),
    );
  });

  it('has 101 thresholds over the range of scores', () => {
    const curve = foolingCurve(paperRecords);
    expect(curve).toHaveLength(101);
    expect(curve[50]).toMatchObject({ threshold: 0.5, both: { k: 251, n: 363 } });
    const logits = foolingCurve([pair('a', 'positive', [3, -2])], {
      scoreRange: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    });
    expect([logits[0]?.threshold, logits[100]?.threshold]).toEqual([-2, 3]);
    expect(logits[100]?.both).toMatchObject({ n: 0, rate: null, lower: null });
    expect(() => foolingCurve(paperRecords, { thresholds: [0.5, 0.5] })).toThrow(
      'foolingCurve: thresholds must be finite and rising, got 0.5 at index 1',
    );
  });
});
