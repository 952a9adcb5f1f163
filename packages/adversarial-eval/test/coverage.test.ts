import { describe, expect, it } from 'vitest';
import { coverageOf, type Population } from '../simulate/coverage.ts';

/** As many patients and images as the paper's test set has. */
const population: Population = {
  name: 'test',
  positives: { patients: 37, images: [2] },
  negatives: { patients: 91, images: [4] },
  correlation: 0.5,
  auc: 0.82,
  fooled: { remove: 0.8, insert: 0.655 },
};

/** Of 600 simulations 95 % ± 3.3 standard errors are 92.1 to 97.9 %; the long run is `npm run simulate`. */
const rows = coverageOf(population, { simulations: 600, seed: 5 });
const shareOf = (target: string, method: string) =>
  rows.find((row) => row.target === target && row.method.startsWith(method))?.covered;

describe('coverage of intervals where patients have several images', () => {
  it('is 95 % for the intervals that are the default', () => {
    for (const target of ['fooled-remove', 'fooled-insert', 'auc-real']) {
      expect(shareOf(target, 'default')).toBeGreaterThan(0.921);
      expect(shareOf(target, 'default')).toBeLessThan(0.979);
    }
  });

  it('falls short for those that take images as independent', () => {
    expect(shareOf('fooled-insert', 'wilson')).toBeLessThan(0.9);
  });

  it('is 95 % for the bootstrap of patients', () => {
    const options = { simulations: 150, seed: 6, replicates: 400 };
    const drawn = coverageOf(population, options).filter((row) => row.method.startsWith('default'));
    for (const { covered } of drawn) expect(covered).toBeGreaterThan(0.89);
  });
});
