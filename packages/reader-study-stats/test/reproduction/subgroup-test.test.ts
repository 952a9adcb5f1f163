import { describe, expect, it } from 'vitest';
import { normal } from '../../src/distributions/normal.ts';
import type { Read } from '../../src/reads.ts';
import {
  type SessionSpread,
  type SubgroupScale,
  type SubgroupTestOptions,
  subgroupTest,
} from '../../src/reproduction/subgroup-test.ts';
import { PAPER_SESSIONS } from '../../src/study/session-design.ts';
import { fisherExactTest } from '../../src/two-by-two/fisher-exact.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';
import { rejectedNulls } from './subgroup-nulls.ts';

const goldens = fixture('readerstudy_sim_dev.expected.json').paper_method;
const reads = simulatedStudy();
const close = (actual: number, expected: number) =>
  expect(relativeError(actual, expected)).toBeLessThan(1e-9);

const scales: [SubgroupScale, string][] = [
  ['raw-sd', 'raw_sd'],
  ['sem-one-sample', 'sem_one_sample'],
  ['sem-two-sample', 'sem_two_sample'],
];

/** Options of a golden named like 'k4|R1|real|S2->S3'. */
function optionsOf(key: string): SubgroupTestOptions {
  const [k, reader, truth, sessions] = key.split('|') as [string, string, 'real' | 'fake', string];
  const [from, to] = sessions.split('->').map((name) => name.slice(1)) as [string, string];
  return { reader, truth, from, to, unsure: 'incorrect', groups: Number(k.slice(1)) };
}

/** Accuracies and standard deviation of a session; the golden lists the groups of the two compared. */
function compareSpread(
  { session, accuracy, standardDeviation, groupAccuracies }: SessionSpread,
  // biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
  golden: any,
  { from, to }: SubgroupTestOptions,
): void {
  close(standardDeviation, golden.sd[session]);
  expect(groupAccuracies).toHaveLength(golden.groups);
  if (session === from) close(accuracy, golden.acc_from);
  if (session === to) close(accuracy, golden.acc_to);
  const groups: readonly number[] = golden.group_acc[session] ?? [];
  groups.forEach((expected, group) => {
    close(groupAccuracies[group]!, expected);
  });
}

describe('the paper sub-group test', () => {
  const dists = [
    ['normal', 'z'],
    ['t', 't'],
  ] as const;
  // biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
  const cases = Object.entries<any>(goldens);

  it.each(scales)('%s agrees with the golden study', (scale, suffix) => {
    for (const [key, golden] of cases) {
      for (const [dist, letter] of dists) {
        const result = subgroupTest(reads, { ...optionsOf(key), scale, dist });
        if (result.status !== 'ok') throw new Error(key);
        close(result.estimate, golden.delta);
        close(result.meanStandardDeviation, golden.sd_mean);
        close(result.pValue, golden[`p_one_sided_${letter}_${suffix}`]);
        for (const spread of result.spreads) compareSpread(spread, golden, optionsOf(key));
      }
    }
  });

  it('by default divides by the standard error of one session, normal, four groups', () => {
    const result = subgroupTest(reads, {
      reader: 'R1',
      truth: 'real',
      from: '2',
      to: '3',
      unsure: 'incorrect',
    });
    expect(result).toMatchObject({
      status: 'ok',
      scale: 'sem-one-sample',
      dist: 'normal',
      df: null,
    });
    close(
      (result as { pValue: number }).pValue,
      goldens['k4|R1|real|S2->S3'].p_one_sided_z_sem_one_sample,
    );
    expect(result.warnings[0]).toContain('reproduction of the published method only');
  });

  it('the inferred counts of the paper are far less significant by Fisher', () => {
    const count = (text: string) => {
      const [k, n] = text.split('/').map(Number);
      return { k: k!, n: n! };
    };
    const { rows } = fixture('paper_text_checkvalues.json').inferred_counts_reanalysis;
    for (const row of rows) {
      const { pValue } = fisherExactTest(count(row.s3), count(row.s5));
      close(pValue, row.fisher_two_sided);
      expect(pValue).toBeGreaterThan(row.b_one_sample);
      // (c) has the √2 that (b) lacks: the same z, smaller by it
      const z = normal.upperQuantile(row.b_one_sample);
      expect(Math.abs(normal.sf(z / Math.SQRT2) - row.c_two_sample)).toBeLessThan(1e-12);
    }
  });

  it('the inferred counts have the rates of the text, the plan its numbers of images', () => {
    const text = fixture('paper_text_checkvalues.json');
    const share = (fraction: string) => {
      const [k, n] = fraction.split('/').map(Number);
      return k! / n!;
    };
    const rates = { pos: text.fake_pos, neg: text.fake_neg };
    for (const { case: name, s3, s5, paper } of text.inferred_counts_reanalysis.rows) {
      const [reader, truth, appearance] = name.split(' ');
      const rows = truth === 'real' ? text.readers : rates[appearance as 'pos'];
      const stated = rows.find(({ r }: { r: number }) => `R${r}` === reader);
      const [of3, of5] = [stated.s3 ?? stated.s3_real, stated.s5 ?? stated.s5_real];
      expect(Math.abs(share(s3) - of3)).toBeLessThan(0.0051);
      expect(Math.abs(share(s5) - of5)).toBeLessThan(0.0051);
      expect(String(stated.p).replace('0.', '.')).toBe(paper);
    }
  });

  it('the plan has the numbers of images of the text, which its rates fit', () => {
    const { n, readers } = fixture('paper_text_checkvalues.json');
    const images = ({ positive, negative }: { positive: number; negative: number }) =>
      positive + negative;
    const planned = PAPER_SESSIONS.map(({ real, fake, triplets }) =>
      [real, fake, triplets].map(images),
    );
    const { session1, session2, session3, session4, session5 } = n;
    expect(planned).toEqual([
      [session1, 0, 0],
      [session2, 0, 0],
      [session3.real, session3.fake, 0],
      [0, 0, session4],
      [session5.real, session5.fake, 0],
    ]);
    const isRateOf = (images: number, rate: number | undefined) =>
      rate === undefined || Math.abs(Math.round(rate * images) / images - rate) < 0.0051;
    for (const { s2_real, s3_real } of readers) {
      expect(isRateOf(session2, s2_real) && isRateOf(session3.real, s3_real)).toBe(true);
    }
  });

  it.each(Object.keys(fixture('paper_method_calibration.json')))(
    'rejects a true null as often as an independent simulation of it: %s',
    (key) => {
      const studies = 60;
      const { at05, at01 } = rejectedNulls(key, { studies, seed: 1 });
      const { reject_p05, reject_p01 } = fixture('paper_method_calibration.json')[key];
      const within = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / studies) + 0.001;
      expect(Math.abs(at05 - reject_p05)).toBeLessThan(within(reject_p05));
      expect(Math.abs(at01 - reject_p01)).toBeLessThan(within(reject_p01));
    },
  );

  it('without spread there is no p-value', () => {
    const answers: Read[] = ['3', '5'].flatMap((session) =>
      [1, 2, 3, 4].map((order) => ({ ...reads[0]!, session, order, label: 'real' as const })),
    );
    const options = {
      reader: 'R1',
      truth: 'real',
      from: '3',
      to: '5',
      unsure: 'incorrect',
    } as const;
    expect(subgroupTest(answers, options)).toMatchObject({ status: 'zero-variance', estimate: 0 });
  });

  it('refuses too few answers, groups and unknown variants', () => {
    const options = {
      reader: 'R1',
      truth: 'real',
      from: '2',
      to: '3',
      unsure: 'incorrect',
    } as const;
    expect(() => subgroupTest(reads, { ...options, groups: 1 })).toThrow(
      'groups must be a whole number of at least 2, got 1',
    );
    expect(() => subgroupTest(reads, { ...options, from: '9' })).toThrow(
      'session 9 must have at least 4 such answers, got 0',
    );
    expect(() => subgroupTest(reads, { ...options, scale: 'x' as SubgroupScale })).toThrow(
      'scale must be raw-sd, sem-one-sample',
    );
  });
});
