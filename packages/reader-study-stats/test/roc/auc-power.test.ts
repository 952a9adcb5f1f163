import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aucPower, aucSampleSize } from '../../src/roc/auc-power.ts';
import { relativeError, sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';

describe('aucPower', () => {
  it.skipIf(sharedIsAbsent)('is pROC’s for S100β (skipped: ../shared/data absent)', () => {
    const { auc, power } = goldenJson('asah.expected.json');
    const own = aucPower({ auc: auc.s100b.auc, positives: 41, negatives: 72 });
    expect(relativeError(own, power.one_roc_s100b)).toBeLessThan(1e-10);
    const size = aucSampleSize({ auc: auc.s100b.auc, power: 0.95, ratio: 1.7 });
    expect(relativeError(size.positives, power.n_for_power[0])).toBeLessThan(1e-10);
    expect(relativeError(size.negatives, power.n_for_power[1])).toBeLessThan(1e-10);
  });

  it('and the sample size are inverse to each other', () => {
    const inside = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(inside(0.55, 0.98), inside(0.3, 0.99), inside(0.2, 5), (auc, power, ratio) => {
        const size = aucSampleSize({ auc, power, ratio, alternative: 'greater' });
        expect(size.negatives / size.positives).toBeCloseTo(ratio, 10);
        expect(aucPower({ auc, ...size, alternative: 'greater' })).toBeCloseTo(power, 9);
      }),
    );
  });

  it('refuses what has no answer', () => {
    const plan = { auc: 0.8, positives: 10, negatives: 10 };
    expect(() => aucPower({ ...plan, auc: 0.5 })).toThrow(
      'aucPower: auc must lie between 0.5 and 1, got 0.5',
    );
    expect(() => aucPower({ ...plan, alpha: 1 })).toThrow(
      'aucPower: alpha must lie between 0 and 1',
    );
    expect(() => aucPower({ ...plan, positives: 0 })).toThrow(
      'aucPower: each class must have cases',
    );
    expect(() => aucSampleSize({ auc: 0.8, power: 1 })).toThrow('aucSampleSize: power must lie');
    expect(() => aucSampleSize({ auc: 0.8, power: 0.8, ratio: 0 })).toThrow(
      'ratio must be above 0',
    );
  });
});
