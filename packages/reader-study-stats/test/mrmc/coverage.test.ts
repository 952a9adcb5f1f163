import { describe, expect, it } from 'vitest';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { simulateRoeMetz } from '../../src/mrmc/roe-metz.ts';
import { uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { CODED } from '../mrmc-goldens.ts';

const VARIANCES = {
  reader: 0.03,
  case: 0.1,
  testByReader: 0.03,
  testByCase: 0.1,
  readerByCase: 0.2,
  error: 0.6,
};
const NULL_STUDY = {
  readers: 5,
  positives: 25,
  negatives: 25,
  separations: [1.5, 1.5],
  variances: VARIANCES,
};

describe('type I error (short; the long run is in simulations/README.md)', () => {
  it('is near 5 % in 300 studies of two equal tests', () => {
    let [or, u] = [0, 0];
    for (let seed = 1; seed <= 300; seed++) {
      const data = arrangeReads(simulateRoeMetz({ ...NULL_STUDY, seed }), CODED);
      if ((obuchowskiRockette(data).equality.pValue ?? 1) < 0.05) or++;
      if ((uStatisticAnalysis(data).differences[0]!.pValue ?? 1) < 0.05) u++;
    }
    // 300 · 0.05 = 15, with a standard deviation of 3.8
    for (const rejections of [or, u]) {
      expect(rejections).toBeGreaterThanOrEqual(5);
      expect(rejections).toBeLessThanOrEqual(27);
    }
  });
});

describe('simulateRoeMetz', () => {
  it('is crossed, seeded, and has the area of the model', () => {
    const rows = simulateRoeMetz({ ...NULL_STUDY, seed: 3 });
    expect(rows).toHaveLength(2 * 5 * 50);
    expect(simulateRoeMetz({ ...NULL_STUDY, seed: 3 })).toEqual(rows);
    const large = { ...NULL_STUDY, readers: 40, positives: 200, negatives: 200, seed: 3 };
    const [mean] = obuchowskiRockette(arrangeReads(simulateRoeMetz(large), CODED)).means;
    // Φ(1.5/√(2·1.06)) = 0.8485
    expect(mean!.estimate).toBeCloseTo(0.8485, 1);
    expect(Math.abs(mean!.estimate! - 0.8485)).toBeLessThan(3 * mean!.se!);
  });

  it('refuses bad options', () => {
    expect(() => simulateRoeMetz({ ...NULL_STUDY, readers: 0, seed: 1 })).toThrow(
      'simulateRoeMetz: readers must be a whole number >= 1, got 0',
    );
    const variances = { ...VARIANCES, error: -1 };
    expect(() => simulateRoeMetz({ ...NULL_STUDY, variances, seed: 1 })).toThrow(
      'simulateRoeMetz: variance error must be >= 0, got -1',
    );
  });
});
