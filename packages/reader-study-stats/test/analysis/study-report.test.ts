import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeRatings } from '../../src/analysis/analyze-ratings.ts';
import { checkStudyConfig, StudyConfigError } from '../../src/analysis/study-config.ts';
import { studyPage, studyText } from '../../src/analysis/study-report.ts';
import { goldenRows } from '../mrmc-goldens.ts';

const CODING = { positive: '1', negative: '0', direction: 'higher' } as const;

function reportOf(file: string, config: object = {}) {
  const rows = goldenRows(file);
  const lines = rows.map((_, index) => index + 2);
  return analyzeRatings({ rows, lines }, checkStudyConfig({ ...CODING, ...config }));
}

describe('a report of ratings', () => {
  const report = reportOf('sim_crossed_dev.csv');

  it('is plain JSON: text and page are the same after a way through it', () => {
    const copy = JSON.parse(JSON.stringify(report));
    expect(copy).toEqual(report);
    expect(studyText(copy)).toBe(studyText(report));
    expect(studyPage(copy)).toBe(studyPage(report));
  });

  it('has mean curves whose areas are the mean areas', () => {
    for (const file of [
      'sim_crossed_dev.csv',
      'sim_casesnested_dev.csv',
      'sim_splitplot_dev.csv',
    ]) {
      const { curves, means } = reportOf(file);
      for (const { test, average } of curves) {
        let area = 0;
        for (let i = 1; i < average.length; i++) {
          const [from, to] = [average[i - 1]!, average[i]!];
          area +=
            ((to.falsePositiveRate - from.falsePositiveRate) *
              (to.truePositiveRate + from.truePositiveRate)) /
            2;
        }
        expect(area).toBeCloseTo(means.find((mean) => mean.test === test)!.estimate!, 12);
      }
    }
  });

  it('shows every design, and U-statistics where readers lack tests', () => {
    for (const file of ['sim_missing_dev.csv', 'sim_readersnested_dev.csv']) {
      const { data, components, readers } = reportOf(file, { method: 'u-statistics' });
      expect(components).toBeNull();
      expect(readers.length).toBeGreaterThanOrEqual(data.readers.length);
      expect(studyText(reportOf(file, { method: 'u-statistics' }))).toContain('RND');
    }
    expect(studyText(reportOf('sim_readersnested_dev.csv'))).toContain('readers-nested-in-tests');
  });

  it('escapes titles and identifiers, for page and terminal', () => {
    const hostile = { ...report, title: '<script>alert(1)</script>\u001B[31m' };
    expect(studyPage(hostile)).not.toContain('<script>');
    expect(studyText(hostile)).not.toContain('\u001B');
  });
});

describe('a configuration', () => {
  it('is read or refused with all its problems, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          checkStudyConfig(value);
        } catch (error) {
          expect(error).toBeInstanceOf(StudyConfigError);
          expect((error as StudyConfigError).problems.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('may have fields that are named like those of objects', () => {
    const labels = JSON.parse('{ "__proto__": 1, "constructor": 2 }');
    expect(Object.keys(checkStudyConfig({ ...CODING, labels }).labels!)).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(() => checkStudyConfig(JSON.parse('{ "__proto__": 1 }'))).toThrow(
      '__proto__ is unknown',
    );
  });
});
