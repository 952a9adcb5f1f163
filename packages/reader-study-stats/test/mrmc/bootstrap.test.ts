import { describe, expect, it } from 'vitest';
import { bootstrapMrmc } from '../../src/mrmc/bootstrap.ts';
import type { MrmcData } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { goldenStudy } from '../mrmc-goldens.ts';

const difference = (data: MrmcData) => {
  const { differences } = obuchowskiRockette(data, { model: 'FRRC' });
  return [differences[0]!.estimate!];
};

describe('bootstrapMrmc', () => {
  const data = goldenStudy('sim_crossed_dev.csv');

  it('over cases has the standard error of fixed readers', () => {
    const boot = bootstrapMrmc(data, {
      unit: 'cases',
      replicates: 400,
      seed: 3,
      compute: difference,
    });
    const cells = obuchowskiRockette(data, { model: 'FRRC' }).table;
    const signs = cells.cells.map(({ test }) => [1, -1, 0][test]! / cells.readers.length);
    let variance = 0;
    signs.forEach((a, i) => {
      signs.forEach((b, j) => {
        variance += a * b * cells.covariance[i]![j]!;
      });
    });
    expect(boot.replicates).toBe(400);
    expect(boot.standardErrors[0]! / Math.sqrt(variance)).toBeCloseTo(1, 0);
    expect(Math.abs(boot.standardErrors[0]! / Math.sqrt(variance) - 1)).toBeLessThan(0.15);
    expect(boot.intervals[0]!.lower).toBeLessThan(boot.estimates[0]!);
    expect(boot.intervals[0]!.upper).toBeGreaterThan(boot.estimates[0]!);
  });

  it.each(['readers', 'readers-and-cases'] as const)(
    'draws %s, the same for the same seed',
    (unit) => {
      const options = { unit, replicates: 20, seed: 3, compute: difference };
      const boot = bootstrapMrmc(data, options);
      expect(bootstrapMrmc(data, options)).toEqual(boot);
      expect(bootstrapMrmc(data, { ...options, seed: 4 })).not.toEqual(boot);
      expect(boot.standardErrors[0]).toBeGreaterThan(0);
    },
  );

  it('keeps missing reads missing', () => {
    const missing = goldenStudy('sim_missing_dev.csv');
    const reads = (study: MrmcData) => [
      study.cells.reduce((sum, cell) => sum + cell.positives.cases.length, 0),
    ];
    const boot = bootstrapMrmc(missing, { unit: 'cases', replicates: 50, seed: 1, compute: reads });
    expect(Math.abs(boot.intervals[0]!.lower - boot.estimates[0]!)).toBeLessThan(60);
    expect(boot.standardErrors[0]).toBeGreaterThan(0);
  });

  it('refuses too few replicates, and leaves out those that are not finite', () => {
    const options = { unit: 'cases', seed: 1 } as const;
    expect(() => bootstrapMrmc(data, { ...options, replicates: 1, compute: difference })).toThrow(
      'bootstrapMrmc: replicates must be a whole number >= 2, got 1',
    );
    expect(() =>
      bootstrapMrmc(data, { ...options, replicates: 5, compute: () => [Number.NaN] }),
    ).toThrow('bootstrapMrmc: at least 2 replicates must be finite, got 0');
  });
});
