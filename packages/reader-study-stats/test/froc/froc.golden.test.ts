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
import { compareOrTables } from '../mrmc/rjafroc-tables.ts';
import { goldenJson } from '../mrmc-goldens.ts';

/** Tony's study: cases are numbered with the normal ones first. */
function tony(): FrocData {
  const { K1, K2, modalityID, lesionsPerCase, NL, LL } = goldenJson('froc_tony.json');
  expect(lesionsPerCase).toHaveLength(K2);
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
    const result = analyzeFroc(tony());
    compareOrTables(result, golden.St_wAFROC_RRRC);
    expect(result.means.map((row) => row.test)).toEqual(['BT', 'DM']);
  });
});
