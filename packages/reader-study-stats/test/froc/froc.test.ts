import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeFroc, frocFigureTable } from '../../src/froc/analyze-froc.ts';
import { frocCurve } from '../../src/froc/froc-curve.ts';
import { arrangeMarks, type FrocData } from '../../src/froc/froc-data.ts';
import {
  afroc,
  afroc1,
  type FrocFigure,
  falseMarksPerNormalCase,
  inferredRoc,
  lesionSensitivity,
  locatedRoc,
  weightedAfroc,
  weightedAfroc1,
} from '../../src/froc/froc-figures.ts';
import type { FrocMark, FrocStudy } from '../../src/froc/froc-marks.ts';
import { validateMarks } from '../../src/froc/validate-marks.ts';
import { areaUnderCurve } from '../../src/roc/auc.ts';
import { inventedStudy } from './froc-study.ts';

const FIGURES: readonly FrocFigure[] = [
  weightedAfroc,
  afroc,
  weightedAfroc1,
  afroc1,
  inferredRoc,
  locatedRoc,
  lesionSensitivity,
  falseMarksPerNormalCase,
];
const higher = { direction: 'higher' } as const;
const named = { ...higher, readers: ['r1', 'r2'], modalities: ['A', 'B'] };
const areaOf = (data: FrocData, figure: FrocFigure, cell = 0): number =>
  figure.leaveOneOut(data, data.cells[cell]!).value;

/** Four cases, one reader: lesions p/1 rated 3, p/2 missed, q/1 rated 1; false marks 2 in m, none in n. */
const small: FrocStudy = {
  cases: [
    { case: 'm', lesions: [] },
    { case: 'n', lesions: [] },
    {
      case: 'p',
      lesions: [
        { lesion: '1', weight: 3 },
        { lesion: '2', weight: 1 },
      ],
    },
    { case: 'q', lesions: [{ lesion: '1' }] },
  ],
  marks: [
    { reader: 'r', modality: 'A', case: 'p', lesion: '1', rating: 3 },
    { reader: 'r', modality: 'A', case: 'q', lesion: '1', rating: 1 },
    { reader: 'r', modality: 'A', case: 'm', rating: 2 },
    { reader: 'r', modality: 'A', case: 'm', rating: 1 },
    { reader: 'r', modality: 'A', case: 'q', rating: 4 },
  ],
};

describe('free-response figures of merit', () => {
  it('are what a hand computes', () => {
    const data = arrangeMarks(small, higher);
    // against m (2): 3/4, 0; 0. Against n (−∞): 3/4, ½·1/4; 1.
    expect(areaOf(data, weightedAfroc)).toBeCloseTo((0.75 + 0.75 + 0.125 + 1) / 4, 14);
    // lesions alike: m: 1, 0, 0; n: 1, ½, 1
    expect(areaOf(data, afroc)).toBeCloseTo(3.5 / 6, 14);
    // and the false marks of p (none) and q (4): p: 1, ½, 1; q: 0
    expect(areaOf(data, afroc1)).toBeCloseTo(6 / 12, 14);
    expect(areaOf(data, weightedAfroc1)).toBeCloseTo((2.625 + 1.875) / 8, 14);
    // highest ratings: p 3, q 4; m 2, n −∞
    expect(areaOf(data, inferredRoc)).toBe(1);
    expect(areaOf(data, locatedRoc)).toBe(3 / 4);
    expect(areaOf(data, lesionSensitivity)).toBeCloseTo(2 / 3, 14);
    expect(areaOf(data, falseMarksPerNormalCase)).toBe(1);
  });

  it.each(FIGURES)('$name without a case is the figure of the study without it', (figure) => {
    const study = inventedStudy(3);
    const data = arrangeMarks(study, named);
    data.cells.forEach((cell, index) => {
      const { deleted } = figure.leaveOneOut(data, cell);
      const first = figure.cases === 'normal' ? data.abnormal : 0;
      deleted.forEach((value, i) => {
        const left = data.cases[first + i]!;
        const rest = arrangeMarks(
          {
            cases: study.cases.filter((item) => item.case !== left),
            marks: study.marks.filter((mark) => mark.case !== left),
          },
          named,
        );
        expect(value).toBeCloseTo(areaOf(rest, figure, index), 13);
      });
    });
  });

  it('do not change under rising transformations, and turn with the direction', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const study = inventedStudy(seed, 4);
        const change = (of: (rating: number) => number): FrocStudy => ({
          ...study,
          marks: study.marks.map((mark) => ({ ...mark, rating: of(mark.rating) })),
        });
        const data = arrangeMarks(study, named);
        const cubed = arrangeMarks(
          change((x) => x ** 3 - 7),
          named,
        );
        const turned = arrangeMarks(
          change((x) => -x),
          { ...named, direction: 'lower' },
        );
        for (const figure of FIGURES) {
          expect(areaOf(cubed, figure)).toBe(areaOf(data, figure));
          expect(areaOf(turned, figure)).toBe(areaOf(data, figure));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('obey the identities of their definitions', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const study = inventedStudy(seed, 5);
        const single = {
          ...study,
          cases: study.cases.map((item) => ({ ...item, lesions: item.lesions.slice(0, 1) })),
          marks: study.marks.filter(({ lesion }) => !lesion || lesion === 'l0'),
        };
        const one = arrangeMarks(single, named);
        // One lesion per case: weights do not matter, and LROC is AFROC.
        expect(areaOf(one, weightedAfroc)).toBeCloseTo(areaOf(one, afroc), 14);
        expect(areaOf(one, locatedRoc)).toBeCloseTo(areaOf(one, afroc), 14);
        // A case rated by any mark is never below one rated by its hits.
        const data = arrangeMarks(study, named);
        expect(areaOf(data, inferredRoc)).toBeGreaterThanOrEqual(areaOf(data, locatedRoc) - 1e-15);
        // The wAFROC area is that under the curve with the straight line to (1, 1).
        const points = frocCurve(data, { reader: 'r1', modality: 'A', falseCases: 'normal' });
        const ends = [
          ...points,
          { falseCaseRate: 1, weightedSensitivity: 1, lesionSensitivity: 1 },
        ];
        const areaUnder = (y: 'weightedSensitivity' | 'lesionSensitivity') =>
          ends.slice(1).reduce((sum, point, i) => {
            const before = ends[i]!;
            const width = point.falseCaseRate - before.falseCaseRate;
            return sum + (width * (point[y] + before[y])) / 2;
          }, 0);
        expect(areaUnder('weightedSensitivity')).toBeCloseTo(areaOf(data, weightedAfroc), 13);
        expect(areaUnder('lesionSensitivity')).toBeCloseTo(areaOf(data, afroc), 13);
        const last = points.at(-1)!;
        expect(last.lesionSensitivity).toBeCloseTo(areaOf(data, lesionSensitivity), 14);
        expect(last.falseMarksPerCase).toBeCloseTo(areaOf(data, falseMarksPerNormalCase), 14);
      }),
      { numRuns: 40 },
    );
  });

  it('are plain ROC where every case has one mark and every mark hits', () => {
    const scores = [3, 5, 2, 4, 1, 3];
    const cases = scores.map((_, i) => ({
      case: `c${i}`,
      lesions: i < 3 ? [{ lesion: 'x' }] : [],
    }));
    const marks = scores.map((rating, i) => ({
      reader: 'r',
      modality: 'A',
      case: `c${i}`,
      rating,
      lesion: i < 3 ? 'x' : null,
    }));
    const area = areaUnderCurve(
      scores,
      scores.map((_, i) => (i < 3 ? 'positive' : 'negative')),
    );
    const data = arrangeMarks({ cases, marks }, higher);
    for (const figure of [weightedAfroc, afroc, inferredRoc, locatedRoc]) {
      expect(areaOf(data, figure)).toBeCloseTo(area, 14);
    }
  });

  it('are compared over readers in all three models', () => {
    const data = arrangeMarks(inventedStudy(11, 20), named);
    for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
      const { differences, equality } = analyzeFroc(data, { model, figure: afroc1 });
      expect(differences[0]).toMatchObject({ status: 'ok', first: 'A', second: 'B' });
      expect(equality.pValue).toBeCloseTo(differences[0]!.pValue!, 10);
    }
    expect(frocFigureTable(data).figure).toBe('wAFROC');
  });
});

describe('validateMarks', () => {
  it('finds every problem, with its row', () => {
    const mark: FrocMark = { reader: 'r', modality: 'A', case: 'p', lesion: '1', rating: 3 };
    const problems = validateMarks(
      {
        cases: [
          { case: 'p', lesions: [{ lesion: '1' }, { lesion: '1', weight: -1 }] },
          { case: 'p', lesions: [] },
          { case: '', lesions: [{ lesion: '' }] },
        ],
        marks: [
          mark,
          mark,
          { ...mark, reader: '', modality: '', rating: Number.NaN },
          { ...mark, case: 'z' },
          { ...mark, lesion: '9', reader: 's', modality: 'B' },
        ],
      },
      { direction: 'up' as 'higher' },
    );
    expect(problems.map(({ row, message }) => `${row} ${message}`)).toEqual([
      '1 direction must be higher or lower, got up',
      '2 cases: lesion 1 of case p is given twice',
      '2 cases: weight of lesion 1 of case p must be above 0, got -1',
      '2 cases: case p has a weight for some of its lesions only',
      '3 cases: case p is given twice',
      '4 cases: case must not be empty',
      '4 cases: a lesion of case  has no name',
      '3 marks: reader r, modality A hit lesion 1 of case p already in row 2',
      '4 marks: reader must not be empty',
      '4 marks: modality must not be empty',
      '4 marks: rating must be finite, got NaN',
      '5 marks: case z is not among the cases',
      '6 marks: case p has no lesion "9"',
      '1 there must be at least two cases without lesions, got 1',
      ...['reader r has no mark under modality B', 'reader s has no mark under modality A'].map(
        (text) => `1 ${text}: if that is so, list readers and modalities in the options`,
      ),
    ]);
  });

  it('knows who is expected, and takes silence only from those', () => {
    const expected = { ...higher, readers: ['a'], modalities: ['CT'] };
    expect(
      validateMarks(small, expected)
        .map(({ message }) => message)
        .slice(0, 2),
    ).toEqual(['marks: reader r is not one of a', 'marks: modality A is not one of CT']);
    expect(validateMarks({ ...small, marks: [] }, higher)).toEqual([
      { row: 1, message: 'there are no marks, and the options do not list readers and modalities' },
    ]);
    const silent = arrangeMarks({ ...small, marks: [] }, expected);
    expect(areaOf(silent, weightedAfroc)).toBe(0.5);
    expect(() => arrangeMarks({ ...small, marks: [] }, higher)).toThrow('arrangeMarks: 1 problem');
  });

  it('and the curve knows its readers', () => {
    const data = arrangeMarks(small, higher);
    expect(() => frocCurve(data, { reader: 'x', modality: 'A', falseCases: 'all' })).toThrow(
      'frocCurve: reader and modality must be in the study, got x, A',
    );
    const points = frocCurve(data, { reader: 'r', modality: 'A', falseCases: 'all' });
    expect(points.map((point) => point.threshold)).toEqual([Number.POSITIVE_INFINITY, 4, 3, 2, 1]);
    expect(points[1]).toMatchObject({ falseMarksPerCase: 0.25, falseCaseRate: 0.25 });
  });
});
