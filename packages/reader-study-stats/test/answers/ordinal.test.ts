import { describe, expect, it } from 'vitest';
import { type AccuracyPolicy, answerScore, type UnsurePolicy } from '../../src/answers/accuracy.ts';
import { readerAreas } from '../../src/answers/reader-areas.ts';
import { ORDINAL_RATINGS, scoreReads } from '../../src/answers/score-reads.ts';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

const golden = fixture('readerstudy_sim_dev.mrmc.json').mrmc_auc_ordinal;
const reads = simulatedStudy();

describe('the policy "ordinal"', () => {
  it('has areas that agree with iMRMC, by reader and session', () => {
    const areas = readerAreas(reads).filter(({ appearance }) => appearance === 'all');
    expect(areas).toHaveLength(10);
    golden.perReader.readerID.forEach((reader: string, k: number) => {
      if (golden.perReader.modalityB[k] !== 'NO_MOD') return;
      const session = golden.perReader.modalityA[k].slice(-1);
      const row = areas.find((area) => area.reader === reader && area.session === session)!;
      expect(relativeError(row.area.estimate, golden.perReader.AUCA[k])).toBeLessThan(1e-10);
      // iMRMC's variance is the unbiased one, DeLong's is not
      expect(relativeError(row.area.se! ** 2, golden.perReader.varAUCA[k])).toBeLessThan(5e-3);
      expect(row).toMatchObject({ policy: 'ordinal', simulated: false });
    });
  });

  it('splits by appearance, and needs both kinds of image', () => {
    const rows = readerAreas(reads.filter((read) => read.reader === 'R1'));
    expect(rows.map(({ session, appearance }) => [session, appearance])).toEqual(
      ['3', '5'].flatMap((session) =>
        ['all', 'positive', 'negative'].map((appearance) => [session, appearance]),
      ),
    );
    const [all, positive, negative] = rows;
    expect(positive!.fakes + negative!.fakes).toBe(all!.fakes);
  });

  it('goes into the MRMC analyses as it is', () => {
    const coding = { positive: 'fake', negative: 'real', direction: 'higher' } as const;
    const data = arrangeReads(
      reads.filter(({ session }) => session !== '2'),
      { ...coding, labels: ORDINAL_RATINGS },
    );
    const [difference] = uStatisticAnalysis(data).differences;
    const k = golden.Ustat.AUCAminusAUCB.findIndex((value: unknown) => typeof value === 'number');
    expect(relativeError(difference!.estimate!, golden.Ustat.AUCAminusAUCB[k])).toBeLessThan(1e-9);
  });
});

describe('scoreReads', () => {
  const three = (['real', 'unsure', 'not-real'] as const).map((label) => ({
    ...reads[0]!,
    truth: 'fake' as const,
    label,
  }));

  it.each<[UnsurePolicy, number[]]>([
    ['incorrect', [0, 0, 1]],
    ['half', [0, 0.5, 1]],
    ['exclude', [0, 1]],
    ['ordinal', [1, 2, 3]],
  ])('%s', (unsure, scores) => {
    expect(scoreReads(three, { unsure }).map(({ score }) => score)).toEqual(scores);
  });

  it('has no default policy, and ordinal answers have no accuracy', () => {
    expect(() => scoreReads(three, {} as { unsure: UnsurePolicy })).toThrow(
      'answerScore: policy must be incorrect, exclude or half, got undefined',
    );
    expect(() => answerScore(three[1]!, 'ordinal' as AccuracyPolicy)).toThrow(
      'got ordinal (ordinal answers have areas: readerAreas)',
    );
  });
});
