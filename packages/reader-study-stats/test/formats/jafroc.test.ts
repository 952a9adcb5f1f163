import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJafroc } from '../../src/formats/format-jafroc.ts';
import { parseJafroc } from '../../src/formats/parse-jafroc.ts';
import { frocStudies } from '../format-arbitraries.ts';
import { problemsOf } from './problems-of.ts';

describe('JAFROC sheets', () => {
  const sheets = {
    truth: 'CaseID,LesionID,Weight,Paradigm\nn1,0,0,FROC\nd1,1,0.25,\nd1,2,0.75,\nd2,1,0,\n',
    tp: 'ReaderID,ModalityID,CaseID,LesionID,LLRating\nr1,A,d1,2,4\n',
    fp: 'Reader ID,Modality ID,Case ID,NL_Rating\nr1,A,n1,2.5\nr2,A,d1,1\n',
  };
  const study = {
    cases: [
      { case: 'n1', lesions: [] },
      {
        case: 'd1',
        lesions: [
          { lesion: '1', weight: 0.25 },
          { lesion: '2', weight: 0.75 },
        ],
      },
      { case: 'd2', lesions: [{ lesion: '1' }] },
    ],
    marks: [
      { reader: 'r1', modality: 'A', case: 'd1', rating: 4, lesion: '2' },
      { reader: 'r1', modality: 'A', case: 'n1', rating: 2.5 },
      { reader: 'r2', modality: 'A', case: 'd1', rating: 1 },
    ],
  };

  it('give cases, lesions and marks, with their rows', () => {
    expect(parseJafroc(sheets)).toEqual({ ...study, caseRows: [2, 3, 5], markRows: [2, 2, 3] });
  });

  it('may be one JSON text, as libraries of spreadsheets give it', () => {
    const json = JSON.stringify({
      TRUTH: [
        { CaseID: 'n1', LesionID: 0, Weight: 0 },
        { CaseID: 'd1', LesionID: 1, Weight: 0.25 },
        { CaseID: 'd1', LesionID: 2, Weight: 0.75 },
        { CaseID: 'd2', LesionID: 1, Weight: 0 },
      ],
      LL: [{ ReaderID: 'r1', ModalityID: 'A', CaseID: 'd1', LesionID: 2, TP_Rating: 4 }],
      fp: [
        { ReaderID: 'r1', ModalityID: 'A', CaseID: 'n1', FP_Rating: 2.5 },
        { ReaderID: 'r2', ModalityID: 'A', CaseID: 'd1', FP_Rating: 1 },
      ],
    });
    expect(parseJafroc(json)).toMatchObject(study);
  });

  it('have all their problems named, with sheet and row', () => {
    const truth = 'CaseID,LesionID,Weight\nn1,0,0\nn1,1,x\nd1,1,1\nd1,0,0\n,1,1\n';
    expect(problemsOf(() => parseJafroc({ truth, tp: '', fp: 'ReaderID\n' }))).toEqual([
      '1: TP: the sheet is empty',
      '1: FP: column ModalityID is missing',
      '1: FP: column CaseID is missing',
      '1: FP: column FP_Rating is missing',
      '3: TRUTH: Weight must be a number of at least 0, got "x"',
      '3: TRUTH: case n1 is normal and has another row',
      '5: TRUTH: case d1 is normal and has another row',
      '6: TRUTH: CaseID must not be empty',
    ]);
    const fp = `${sheets.fp}r1,A,n1,high\n`;
    expect(problemsOf(() => parseJafroc({ ...sheets, fp }))).toEqual([
      '4: FP: rating must be a finite number, got "high"',
    ]);
    expect(problemsOf(() => parseJafroc({ ...sheets, tp: 'a"b' }))).toEqual([
      '1: TP: must not have a stray quote, got one in field 1',
    ]);
    expect(problemsOf(() => parseJafroc('{"TP":[1]}')).length).toBe(3);
    expect(problemsOf(() => parseJafroc('{')).length).toBe(3);
  });

  it('give back what was written', () => {
    fc.assert(
      fc.property(frocStudies, (some) => {
        const { cases, marks } = parseJafroc(formatJafroc(some));
        expect({ cases, marks }).toEqual(some);
      }),
    );
  });

  it('refuse to be written where they could not give it back', () => {
    const refused = (some: object) => expect(() => formatJafroc({ ...study, ...some }));
    refused({ cases: [...study.cases, study.cases[0]] }).toThrow('cases must differ');
    refused({ cases: [{ case: '', lesions: [] }], marks: [] }).toThrow('case must not be empty');
    refused({ cases: [{ case: 'd', lesions: [{ lesion: '0', weight: 0 }] }], marks: [] }).toThrow(
      'lesion of case d must not be called "0"; weight of lesion 0 of case d must be above 0, got 0',
    );
    const mark = { reader: '', modality: 'A', case: 'x', rating: Number.NaN, lesion: '' };
    refused({ marks: [mark] }).toThrow(
      'mark 1: reader and modality must not be empty; mark 1: case x is unknown; ' +
        'mark 1: lesion must not be empty; mark 1: rating must be finite, got NaN',
    );
  });
});
