import { describe, expect, it } from 'vitest';
import { type AccuracyPolicy, answerScore, readerAccuracies } from '../../src/answers/accuracy.ts';
import { compareSessions } from '../../src/answers/compare-sessions.ts';
import { readingTimes } from '../../src/reading-time/reading-time.ts';
import type { Read } from '../../src/reads.ts';
import { chiSquareTest } from '../../src/two-by-two/chi-square.ts';
import type { Count } from '../../src/two-by-two/count.ts';
import { miettinenNurminenTest } from '../../src/two-by-two/miettinen-nurminen.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

const goldens = fixture('readerstudy_sim_dev.expected.json');
const reads = simulatedStudy();
const close = (actual: number, expected: number) =>
  expect(relativeError(actual, expected)).toBeLessThan(1e-10);

interface GoldenCount {
  readonly correct: number;
  readonly wilson95: readonly [number, number];
  readonly clopper_pearson95: readonly [number, number];
}

describe('accuracies', () => {
  const policies: [AccuracyPolicy, string][] = [
    ['incorrect', 'acc_unsure_incorrect'],
    ['exclude', 'acc_unsure_excluded'],
    ['half', 'acc_unsure_half'],
  ];

  it.each(policies)('with unsure %s agree with the golden study', (unsure, field) => {
    const rows = readerAccuracies(reads, { unsure });
    for (const [key, golden] of Object.entries<Record<string, number>>(goldens.counts)) {
      const [session, reader, truth] = key.split('|');
      const row = rows.find(
        (r) =>
          `S${r.session}` === session &&
          r.reader === reader &&
          r.truth === truth &&
          r.appearance === 'all',
      )!;
      close(row.accuracy.rate!, golden[field]!);
      expect(row.shown).toBe(golden.n);
      expect(row.unsure).toBe(golden.unsure);
    }
    expect(rows.every((row) => row.policy === unsure && !row.simulated)).toBe(true);
  });

  it('have the golden intervals and the golden counts by class', () => {
    const wilson = readerAccuracies(reads, { unsure: 'incorrect' });
    const exact = readerAccuracies(reads, { unsure: 'incorrect', method: 'clopper-pearson' });
    const find = (rows: typeof wilson, key: string) => {
      const [session, reader, truth, appearance = 'all'] = key.split('|');
      return rows.find(
        (r) =>
          `S${r.session}` === session &&
          r.reader === reader &&
          r.truth === truth &&
          r.appearance.startsWith(appearance),
      )!;
    };
    for (const [key, golden] of Object.entries<GoldenCount>(goldens.counts)) {
      const [approximate, own] = [find(wilson, key).accuracy, find(exact, key).accuracy];
      close(approximate.lower!, golden.wilson95[0]);
      close(approximate.upper!, golden.wilson95[1]);
      close(own.lower!, golden.clopper_pearson95[0]);
      close(own.upper!, golden.clopper_pearson95[1]);
      expect(own.k).toBe(golden.correct);
    }
    for (const [key, golden] of Object.entries<Record<string, number>>(goldens.by_class)) {
      expect(find(wilson, key).accuracy).toMatchObject({ k: golden.correct, n: golden.n });
      expect(find(wilson, key).unsure).toBe(golden.unsure);
    }
  });

  it('of nothing but excluded answers are empty', () => {
    const unsure: Read = { ...reads[0]!, label: 'unsure', simulated: true };
    const [row] = readerAccuracies([unsure], { unsure: 'exclude' });
    expect(row).toMatchObject({
      shown: 1,
      unsure: 1,
      simulated: true,
      accuracy: { status: 'empty' },
    });
  });

  it('need a policy', () => {
    const answer = { truth: 'real', label: 'unsure' } as const;
    expect(() => answerScore(answer, 'guess' as AccuracyPolicy)).toThrow(
      'answerScore: policy must be incorrect, exclude or half, got guess',
    );
    expect(answerScore({ truth: 'fake', label: 'not-real' }, 'half')).toBe(1);
  });
});

describe('reading times', () => {
  it('agree with the golden study', () => {
    const times = readingTimes(reads);
    for (const [key, golden] of Object.entries<Record<string, number>>(goldens.time)) {
      const row = times.find((time) => `S${time.session}|${time.reader}` === key)!;
      close(row.totalMinutes, golden.minutes!);
      close(row.medianSeconds, golden.median!);
      close(row.geometricMeanSeconds!, golden.geomean!);
      expect(row).toMatchObject({ timed: golden.n, untimed: 0 });
    }
  });

  it('count what is missing, and have no geometric mean of zero', () => {
    const { seconds, ...untimed } = { ...reads[0]!, order: 9 };
    expect(seconds).toBe(11);
    const [row] = readingTimes([{ ...reads[0]!, seconds: 0 }, untimed]);
    expect(row).toMatchObject({
      timed: 1,
      untimed: 1,
      medianSeconds: 0,
      geometricMeanSeconds: null,
    });
    expect(readingTimes([untimed])).toEqual([]);
  });
});

describe('session comparisons', () => {
  it('agree with scipy and R', () => {
    const rates = readerAccuracies(reads, { unsure: 'incorrect' });
    for (const [key, golden] of Object.entries<Record<string, number>>(goldens.unpaired_tests)) {
      const [reader, truth, sessions] = key.split('|') as [string, 'real' | 'fake', string];
      const [from, to] = sessions.split('->').map((name) => name.slice(1)) as [string, string];
      const result = compareSessions(reads, { reader, truth, from, to, unsure: 'incorrect' });
      const [lower, upper] = golden.newcombe as unknown as [number, number];
      close(result.estimate, golden.diff!);
      close(result.pValue, golden.fisher_two_sided!);
      close(result.ci.lower, lower);
      close(result.ci.upper, upper);
      const [before, after] = [from, to].map((session) => {
        const { accuracy } = rates.find(
          (row) =>
            row.session === session &&
            row.reader === reader &&
            row.truth === truth &&
            row.appearance === 'all',
        )!;
        return { k: accuracy.k, n: accuracy.n };
      }) as [Count, Count];
      const { ci } = miettinenNurminenTest(after, before);
      const score = golden.mn as unknown as [number, number];
      close(ci!.lower, score[0]);
      close(ci!.upper, score[1]);
      const pooled = chiSquareTest(after, before);
      close(pooled.pValue!, golden.chi2_p!);
      close(pooled.pValue! / 2, golden.z_pooled_one_sided_in_observed_direction!);
    }
  });

  it('need answers', () => {
    const options = { reader: 'R1', truth: 'fake', from: '2', to: '3', unsure: 'exclude' } as const;
    expect(() => compareSessions(reads, options)).toThrow(
      'compareSessions: session 2 must have answers of reader R1 to fake images, got none',
    );
  });
});
