import { expect, it } from 'vitest';
import { readerCoverage } from '../simulate/readers.ts';

it('the interval over readers and patients holds the truth 95 % of the time, with five readers', () => {
  const { covered, truth } = readerCoverage(
    {
      readers: 5,
      patients: 40,
      imagesPerPatient: 2,
      mean: -0.5,
      sdReaders: 0.5,
      sdPatients: 0.7,
      missing: 0.1,
    },
    { simulations: 400, seed: 8 },
  );
  expect(truth).toBeCloseTo(0.352, 3);
  expect(covered).toBeGreaterThan(0.91);
  expect(covered).toBeLessThan(0.985);
});
