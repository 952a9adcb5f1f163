import { describe, expect, it } from 'vitest';
import { analyzeFroc, frocFigureTable } from '../../src/froc/analyze-froc.ts';
import { frocCurve } from '../../src/froc/froc-curve.ts';
import { arrangeMarks } from '../../src/froc/froc-data.ts';
import {
  falseMarksPerNormalCase,
  lesionSensitivity,
  weightedAfroc1,
} from '../../src/froc/froc-figures.ts';
import type { FrocReads, FrocStudy } from '../../src/froc/froc-marks.ts';
import { validateMarks } from '../../src/froc/validate-marks.ts';
import { inventedStudy } from './froc-study.ts';

const HIGHER = { direction: 'higher' } as const;
const study = inventedStudy(4, 12);
const ids = study.cases.map((item) => item.case);
const [firstHalf, secondHalf] = [ids.slice(0, 12), ids.slice(12)];

/** The study with only what these reads hold. */
function readAs(reads: readonly FrocReads[]): FrocStudy {
  const marks = study.marks.filter((mark) =>
    reads.some(
      ({ reader, modality, cases }) =>
        reader === mark.reader && modality === mark.modality && cases.includes(mark.case),
    ),
  );
  return { marks, cases: study.cases, reads };
}

const readsOf = (casesOf: (reader: string, modality: string) => readonly string[]) =>
  ['r1', 'r2'].flatMap((reader) =>
    ['A', 'B'].map((modality) => ({ reader, modality, cases: casesOf(reader, modality) })),
  );

describe('free-response studies in which not everybody read everything', () => {
  it('all reads given are the crossed study', () => {
    const all = arrangeMarks(readAs(readsOf(() => ids)), HIGHER);
    const crossed = arrangeMarks(study, HIGHER);
    expect(all.design.kind).toBe('crossed');
    for (const figure of [undefined, lesionSensitivity, falseMarksPerNormalCase]) {
      expect(frocFigureTable(all, figure)).toEqual(frocFigureTable(crossed, figure));
    }
  });

  it('readers with own cases: figures of their part, no covariance between them', () => {
    const halves = (reader: string) => (reader === 'r1' ? firstHalf : secondHalf);
    const data = arrangeMarks(readAs(readsOf(halves)), HIGHER);
    expect(data.design.kind).toBe('cases-nested-in-readers');
    for (const figure of [undefined, weightedAfroc1, lesionSensitivity, falseMarksPerNormalCase]) {
      const table = frocFigureTable(data, figure);
      for (const [reader, half] of [firstHalf, secondHalf].entries()) {
        const name = `r${reader + 1}`;
        const part = arrangeMarks(
          {
            marks: study.marks.filter((mark) => mark.reader === name && half.includes(mark.case)),
            cases: study.cases.filter((item) => half.includes(item.case)),
          },
          HIGHER,
        );
        const alone = frocFigureTable(part, figure);
        alone.cells.forEach(({ value, cases }, test) => {
          const cell = table.cells.find((own) => own.reader === reader && own.test === test)!;
          expect([cell.value, cell.cases]).toEqual([value, cases]);
        });
      }
      const [first, second] = [0, 1].map((reader) =>
        table.cells.findIndex((cell) => cell.reader === reader),
      ) as [number, number];
      expect(table.covariance[first]![second]).toBe(0);
      expect(table.covariance[first]![first]).toBeGreaterThan(0);
    }
    const { components, differences } = analyzeFroc(data);
    expect([components.cov2, components.cov3]).toEqual([0, 0]);
    expect(differences[0]!.status).toBe('ok');
    const last = frocCurve(data, { reader: 'r1', modality: 'A', falseCases: 'normal' }).at(-1)!;
    const sensitivity = frocFigureTable(data, lesionSensitivity).cells[0]!.value;
    expect(last.lesionSensitivity).toBeCloseTo(sensitivity, 12);
  });

  it('modalities with own cases, readers of one modality, and part of the cases', () => {
    const unpaired = readsOf((_, modality) => (modality === 'A' ? firstHalf : secondHalf));
    const cases = arrangeMarks(readAs(unpaired), HIGHER);
    expect(cases.design.kind).toBe('cases-nested-in-tests');
    expect(analyzeFroc(cases).components).toMatchObject({ cov1: 0, cov3: 0 });
    const missing = readsOf((reader) => (reader === 'r1' ? ids.slice(2) : ids));
    expect(arrangeMarks(readAs(missing), HIGHER).design).toMatchObject({
      kind: 'partial',
      missingReads: 4,
    });
    const nested = readAs([
      { reader: 'r1', modality: 'A', cases: ids },
      { reader: 'r2', modality: 'B', cases: ids },
    ]);
    const data = arrangeMarks(nested, HIGHER);
    expect(data.design.kind).toBe('readers-nested-in-tests');
    expect(analyzeFroc(data, { model: 'FRRC' }).differences[0]!.status).toBe('ok');
  });

  it('a reader without a modality that others read is refused', () => {
    const reads = readsOf(() => ids).slice(0, 3);
    const data = arrangeMarks(readAs(reads), HIGHER);
    expect(() => analyzeFroc(data)).toThrow('reader r2 has no reads under test B');
    expect(() => frocCurve(data, { reader: 'r2', modality: 'B', falseCases: 'all' })).toThrow(
      'frocCurve: reader and modality must be in the study, got r2, B',
    );
  });

  it('has all its problems named', () => {
    const [mark] = study.marks.filter(
      ({ reader, modality }) => reader === 'r1' && modality === 'A',
    );
    const others = ids.filter((id) => id !== mark!.case);
    const reads = [
      { reader: 'r1', modality: 'A', cases: [...others, 'x', others[0]!] },
      { reader: 'r1', modality: 'A', cases: others },
      { reader: 'r9', modality: 'A', cases: others.slice(0, 2) },
    ];
    const options = { ...HIGHER, readers: ['r1'] };
    const problems = validateMarks({ marks: [mark!], cases: study.cases, reads }, options);
    expect(problems.map(({ message }) => message)).toEqual([
      'reads: reader r1, modality A have the unknown case x',
      `reads: reader r1, modality A have case ${others[0]} twice`,
      'reads: reader r1, modality A are given twice',
      'reads: reader r9, modality A are not expected',
      'reads: reader r9, modality A must have two cases with and two without lesions, got 1 and 1',
      `reads: reader r1 marked case ${mark!.case} under modality A without having read it`,
    ]);
  });
});
