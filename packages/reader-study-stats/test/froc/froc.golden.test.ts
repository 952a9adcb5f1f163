import { describe, expect, it } from 'vitest';
import { analyzeFroc, frocFigureTable } from '../../src/froc/analyze-froc.ts';
import { arrangeMarks, type FrocData } from '../../src/froc/froc-data.ts';
import {
  afroc,
  afroc1,
  type FrocFigure,
  falseMarksPerNormalCase,
  inferredRoc,
  lesionSensitivity,
  weightedAfroc,
  weightedAfroc1,
} from '../../src/froc/froc-figures.ts';
import { expectClose } from '../expect-close.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { goldenJson } from '../mrmc-goldens.ts';

/** Tony's study: cases are numbered with the normal ones first. */
function tony(): FrocData {
  const { K1, modalityID, lesionsPerCase, NL, LL } = goldenJson('froc_tony.json');
  const cases = [
    ...Array.from({ length: K1 }, (_, i) => ({ case: String(i + 1), lesions: [] })),
    ...lesionsPerCase.map((count: number, i: number) => ({
      case: String(K1 + i + 1),
      lesions: Array.from({ length: count }, (_, l) => ({ lesion: String(l + 1) })),
    })),
  ];
  const falseMarks = NL.rating.map((rating: number, i: number) => ({
    reader: String(NL.reader[i]),
    modality: modalityID[NL.modality[i] - 1],
    case: String(NL.case[i]),
    rating,
  }));
  const hits = LL.rating.map((rating: number, i: number) => ({
    reader: String(LL.reader[i]),
    modality: modalityID[LL.modality[i] - 1],
    case: String(K1 + LL.diseasedCase[i]),
    lesion: String(LL.lesion[i]),
    rating,
  }));
  return arrangeMarks({ cases, marks: [...falseMarks, ...hits] }, { direction: 'higher' });
}

const FIGURES: Readonly<Record<string, FrocFigure>> = {
  wAFROC: weightedAfroc,
  AFROC: afroc,
  wAFROC1: weightedAfroc1,
  AFROC1: afroc1,
  HrAuc: inferredRoc,
  MaxLLF: lesionSensitivity,
  MaxNLF: falseMarksPerNormalCase,
};

describe.skipIf(sharedIsAbsent)('RJafroc, Tony’s study (skipped: ../shared/data absent)', () => {
  const golden = sharedIsAbsent ? null : goldenJson('froc_tony.expected.json');
  const close = (actual: unknown, expected: unknown, what: string) =>
    expectClose(actual, expected, { what, tolerance: 1e-10 });

  it.each(Object.keys(FIGURES))('%s of every reader', (name) => {
    const { cells } = frocFigureTable(tony(), FIGURES[name]);
    const expected = [0, 1].flatMap((test) =>
      [1, 2, 3, 4, 5].map((reader) => golden[name][`rdr${reader}`][test]),
    );
    close(
      cells.map(({ value }) => value),
      expected,
      name,
    );
  });

  it('wAFROC: Obuchowski-Rockette, readers and cases random', () => {
    const { ANOVA, RRRC } = golden.St_wAFROC_RRRC;
    const { components, equality, differences, means, anova } = analyzeFroc(tony());
    const { reader, testByReader, cov1, cov2, cov3, error } = components;
    close([reader, testByReader, cov1, cov2, cov3, error], ANOVA.VarCom.Estimates, 'components');
    close(
      [anova.test.meanSquare, anova.reader.meanSquare, anova.testByReader!.meanSquare],
      ANOVA.TRanova.MS,
      'mean squares',
    );
    close(equality.statistic, RRRC.FTests.FStat[0], 'F');
    close(equality.pValue, RRRC.FTests.p[0], 'p');
    const [difference] = differences;
    const { Estimate, StdErr, DF, t, CILower, CIUpper } = RRRC.ciDiffTrt;
    close(
      [difference!.estimate, difference!.se, difference!.df, difference!.statistic],
      [Estimate, StdErr, DF, t],
      'difference',
    );
    close([difference!.ci!.lower, difference!.ci!.upper], [CILower, CIUpper], 'its interval');
    const { ciAvgRdrEachTrt: mean } = RRRC;
    close(
      means.map((row) => row.se),
      mean.StdErr,
      'se of means',
    );
    close(
      means.map((row) => row.df),
      mean.DF,
      'df of means',
    );
    close(
      means.map((row) => row.ci!.upper),
      mean.CIUpper,
      'upper of means',
    );
    expect(means.map((row) => row.test)).toEqual(['BT', 'DM']);
  });
});
