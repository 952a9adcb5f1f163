import { describe, expect, it } from 'vitest';
import { mannWhitneyTest } from '../../src/inference/mann-whitney.ts';
import { compareReadingTimes } from '../../src/reading-time/compare-reading-times.ts';
import { readingTimes } from '../../src/reading-time/reading-time.ts';
import { readingTimeModel } from '../../src/reading-time/reading-time-model.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

const goldens = fixture('readerstudy_sim_dev.models.json');
const reads = simulatedStudy();
const close = (actual: number, expected: number, tolerance = 1e-10) =>
  expect(relativeError(actual, expected)).toBeLessThan(tolerance);

describe('reading times of one reader between two sessions', () => {
  it.each(['R1', 'R2', 'R3', 'R4', 'R5'])('agree with R: %s', (reader) => {
    const golden = goldens.time_per_reader[reader];
    for (const session of ['3', '5']) {
      const own = readingTimes(reads).find((r) => r.reader === reader && r.session === session)!;
      close(own.medianSeconds, golden[`median_s${session}`]);
      close(own.totalMinutes, golden[`total_min_s${session}`]);
    }
    const result = compareReadingTimes(reads, { reader, from: '3', to: '5' });
    close(result.ratio, golden.geo_ratio);
    close(result.statistic!, golden.welch_t);
    close(result.df!, golden.welch_df);
    close(result.pValue!, golden.welch_p, 1e-9);
    close(result.ratioCi!.lower, golden.ratio_ci[0]);
    close(result.ratioCi!.upper, golden.ratio_ci[1]);
    expect(result.ranks.statistic).toBe(golden.mw_W);
    close(result.ranks.pValue!, golden.mw_p);
    // R searches the shift by root finding, to 1e-4; ours is the median itself
    expect(Math.abs(result.ranks.estimate - golden.hodges_lehmann)).toBeLessThan(1e-4);
  });

  it('need times above 0', () => {
    const untimed = reads.map(({ seconds: _, ...read }) => read);
    expect(() => compareReadingTimes(untimed, { reader: 'R1', from: '3', to: '5' })).toThrow(
      'compareReadingTimes: session 3 must have at least two times above 0 of reader R1, got none',
    );
    const still = reads.map((read) => ({ ...read, seconds: 2 }));
    expect(compareReadingTimes(still, { reader: 'R1', from: '3', to: '5' })).toMatchObject({
      status: 'zero-variance',
      ratio: 1,
      ratioCi: null,
      ranks: { status: 'zero-variance', pValue: null },
    });
  });
});

describe('mannWhitneyTest', () => {
  it('counts pairs, ties half', () => {
    // 3 > 1, 3 > 2, 3 = 3; 1 = 1
    const { statistic, estimate } = mannWhitneyTest([3, 1], [1, 2, 3]);
    expect(statistic).toBe(3);
    expect(estimate).toBe(0);
    expect(mannWhitneyTest([5, 7], [1, 2])).toMatchObject({ statistic: 4, estimate: 4.5 });
  });

  it('refuses what is not finite', () => {
    expect(() => mannWhitneyTest([], [1])).toThrow(
      'mannWhitneyTest: samples must hold finite numbers, got none',
    );
    expect(() => mannWhitneyTest([1], [Number.NaN])).toThrow('got NaN');
  });
});

describe('the model of reading times', () => {
  it('agrees with lmerTest, as ratios', () => {
    const golden = goldens.time_lmer_log;
    const model = readingTimeModel(reads, { sessions: ['3', '5'], random: ['case', 'reader'] });
    expect(model.ratios).toHaveLength(1);
    const [ratio] = model.ratios;
    expect(ratio).toMatchObject({ session: '5', reference: '3' });
    close(ratio!.ratio!, Math.exp(golden.est[1]), 1e-8);
    close(ratio!.pValue!, golden.p[1], 1e-5);
    close(ratio!.ci!.upper * ratio!.ci!.lower, ratio!.ratio! ** 2, 1e-10);
    expect(model).toMatchObject({ status: 'ok', untimed: 0, simulated: false });
  });

  it('by default lets readers change differently, which widens the interval', () => {
    const narrow = readingTimeModel(reads, { sessions: ['3', '5'], random: ['case', 'reader'] });
    const wide = readingTimeModel(reads, { sessions: ['3', '5'] });
    const width = ({ ratios }: typeof wide): number =>
      Math.log(ratios[0]!.ci!.upper / ratios[0]!.ci!.lower);
    expect(width(wide)).toBeGreaterThan(4 * width(narrow));
  });

  it('refuses times of 0 and a single session', () => {
    const zero = reads.map((read) => (read === reads[600] ? { ...read, seconds: 0 } : read));
    expect(() => readingTimeModel(zero, { sessions: ['3', '5'] })).toThrow(
      'readingTimeModel: seconds must be above 0, got 0 of reader',
    );
    expect(() => readingTimeModel(reads, { sessions: ['3'] })).toThrow(
      'readingTimeModel: sessions must name two or more, got 3',
    );
  });
});
