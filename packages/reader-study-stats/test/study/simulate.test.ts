import { describe, expect, it } from 'vitest';
import { readerAccuracies } from '../../src/answers/accuracy.ts';
import { normal } from '../../src/distributions/normal.ts';
import { formatReads, parseReads } from '../../src/formats/reads-csv.ts';
import { randomStream } from '../../src/random.ts';
import { validateReads } from '../../src/reads.ts';
import { DEMO_READERS, type SimulatedReader, simulateReads } from '../../src/study/simulate.ts';
import { planReaderStudy } from '../../src/study/study-plan.ts';
import { paperCohort } from './cohort.ts';

const readers = DEMO_READERS.map(({ reader }) => reader);
const plan = planReaderStudy({ ...paperCohort, readers, seed: 1 });

describe('simulated readers', () => {
  const reads = simulateReads(plan, DEMO_READERS, { seed: 1 });

  it('answer sessions 2, 3 and 5, and every read says that it is simulated', () => {
    expect(reads).toHaveLength(5 * (100 + 436 + 440));
    expect(new Set(reads.map((read) => read.session))).toEqual(new Set(['2', '3', '5']));
    expect(reads.every((read) => read.simulated)).toBe(true);
    expect(readerAccuracies(reads, { unsure: 'half' }).every((row) => row.simulated)).toBe(true);
    expect(validateReads(reads)).toEqual([]);
    expect(parseReads(formatReads(reads))).toEqual(reads);
  });

  it('are a function of the seed', () => {
    expect(simulateReads(plan, DEMO_READERS, { seed: 1 })).toEqual(reads);
    expect(simulateReads(plan, DEMO_READERS, { seed: 2 })).not.toEqual(reads);
  });

  it('have the accuracies that their parameters give', () => {
    const reader: SimulatedReader = {
      reader: 'A',
      sensitivity: { positive: 1.5, negative: 0.5 },
      criterion: 0.8,
      unsureBand: 0,
      education: { sensitivity: 1, criterion: 0.2 },
      medianSeconds: 20,
      secondsSpread: 0.5,
    };
    const many = Array.from({ length: 40 }, (_, i) => ({ ...reader, reader: `A${i}` }));
    const big = { ...plan, readers: many.map(({ reader: name }) => name) };
    const answers = simulateReads(big, many, { seed: 3, imageShare: 0 });
    const rate = (session: string, truth: string, appearance: string) => {
      const cell = answers.filter(
        (r) => r.session === session && r.truth === truth && r.appearance === appearance,
      );
      return cell.filter((r) => r.label === 'not-real').length / cell.length;
    };
    expect(rate('3', 'real', 'negative')).toBeCloseTo(normal.cdf(-0.8), 1);
    expect(rate('3', 'fake', 'positive')).toBeCloseTo(normal.cdf(0.7), 1);
    expect(rate('3', 'fake', 'negative')).toBeCloseTo(normal.cdf(-0.3), 1);
    expect(rate('5', 'fake', 'positive')).toBeCloseTo(normal.cdf(1.5), 1);
  });

  it('need a profile each', () => {
    expect(() => simulateReads(plan, DEMO_READERS.slice(1), { seed: 1 })).toThrow(
      'reader simulated-1 must have a profile',
    );
    expect(() => simulateReads(plan, DEMO_READERS, { seed: 1, imageShare: 2 })).toThrow(
      'imageShare must lie in [0, 1], got 2',
    );
  });
});

describe('randomStream', () => {
  it('separates keys and keeps to its ranges', () => {
    const a = randomStream(1, 'a');
    const draws = Array.from({ length: 2000 }, () => a.uniform());
    expect(draws.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(draws.reduce((sum, u) => sum + u, 0) / 2000).toBeCloseTo(0.5, 1);
    const normals = Array.from({ length: 4000 }, () => a.normal());
    expect(normals.reduce((sum, z) => sum + z * z, 0) / 4000).toBeCloseTo(1, 0);
    expect(randomStream(1, 'b').uniform()).not.toBe(randomStream(1, 'a').uniform());
    expect(randomStream(1, 'ab', 'c').uniform()).not.toBe(randomStream(1, 'a', 'bc').uniform());
    expect(a.shuffle([1, 2, 3]).sort()).toEqual([1, 2, 3]);
  });

  it('takes seeds that are exact, and keys that are numbers or words', () => {
    expect(() => randomStream(0.5)).toThrow('randomStream: seed must be a safe integer, got 0.5');
    expect(() => randomStream(2 ** 53, 'a')).toThrow('seed must be a safe integer');
    expect(() => randomStream(1, Number.NaN)).toThrow(
      'randomStream: numeric keys must be finite, got NaN',
    );
  });
});
