import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { type PairedRecord, PairedRecordError } from '../src/paired-record.ts';
import { fromTfjs } from '../src/records/from-tfjs.ts';
import { formatRecordLines, parseRecordLines } from '../src/records/record-lines.ts';
import { formatRecords, parseRecords } from '../src/records/records-csv.ts';
import {
  fromRobustBench,
  type RobustBenchRun,
  toRobustBench,
} from '../src/records/robust-bench.ts';
import { fromScoreTables, toScoreTables } from '../src/records/score-tables.ts';
import { pair } from './pairs.ts';
import { paperRecords } from './paper-records.ts';

/** The problems that a function throws, as "row message". */
function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof PairedRecordError)) throw error;
    return error.problems.map(({ row, message }) => `${row} ${message}`);
  }
  return [];
}

const text = fc
  .string({ unit: fc.constantFrom('a', 'é', ',', '"', ';', '\n', ' ', '1'), minLength: 1 })
  .map((value) => value.trim())
  .filter((value) => value !== '');

const anyRecords: fc.Arbitrary<PairedRecord[]> = fc
  .uniqueArray(text, { minLength: 2, maxLength: 8 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id, i) =>
        fc
          .record({
            scores: fc.tuple(
              fc.double({ min: 0, max: 1, noNaN: true }),
              fc.double({ min: 0, max: 1, noNaN: true }),
            ),
            density: fc.option(text, { nil: undefined }),
            epsilon: fc.option(fc.double({ min: 0, max: 9, noNaN: true }), { nil: undefined }),
          })
          .map(({ scores: [real, fake], density, epsilon }) =>
            pair(id, i % 2 ? 'positive' : 'negative', [real + 0, fake + 0], {
              ...(density !== undefined && { strata: { density } }),
              ...(epsilon !== undefined && { epsilon: epsilon + 0 }),
            }),
          ),
      ),
    ),
  );

describe('records as CSV', () => {
  it('come back as they were, whatever the texts', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        expect(parseRecords(formatRecords(records))).toEqual(records);
        expect(parseRecordLines(formatRecordLines(records))).toEqual(records);
      }),
    );
    expect(parseRecords(formatRecords(paperRecords))).toEqual(paperRecords);
  });

  it('need four columns; the rest follows', () => {
    const [record] = parseRecords(
      '\uFEFFimage;label;scoreReal;scoreFake;density\r\na;1;0.9;0.2;C\r\n\r\nb;0;0.1;0.3;\r\n',
      {
        columns: { caseId: 'image' },
        labels: { 1: 'positive', 0: 'negative' },
        otherColumns: 'stratum',
      },
    );
    expect(record).toEqual({
      caseId: 'a',
      patientId: 'a',
      label: 'positive',
      direction: 'remove',
      intendedLabel: 'negative',
      scoreReal: 0.9,
      scoreFake: 0.2,
      attackId: 'attack',
      strata: { density: 'C' },
    });
  });

  it('with every defect of a hospital are refused, each with its row', () => {
    const csv = [
      'caseId,patientId,laterality,label,direction,intendedLabel,scoreReal,scoreFake,strata.density',
      'a,P1,L,positive,remove,negative,0.9,0.2,C',
      'a,P1,L,positive,remove,negative,0.9,0.2,C',
      ',P2,X,positive,insert,,0.8,0.1,',
      'c,P3,R,malignant,,,0.8,0.1,B',
      '',
      'd,P4,R,positive,,positive,,0.1,B',
      'e,P5,R,positive,,,0.7,,B',
      'f,P6,R,positive,,,"0,83",NaN,B',
      'g,P7,R,positive,,,1.5,-3,B',
      'h,P8,R,positive,,,0.5',
    ].join('\n');
    expect(problemsOf(() => parseRecords(csv))).toEqual([
      '3 attackId, craftedOn, victimId, epsilon, caseId are already in row 2',
      '4 caseId must not be empty',
      '4 direction insert contradicts label positive',
      '4 laterality must be L or R, got "X"',
      '5 label must be positive or negative, got "malignant"',
      '7 scoreReal is missing: a fake without its real image',
      '7 intendedLabel must differ from label positive',
      '8 scoreFake is missing: a real image without its fake',
      '9 scoreReal must be a finite number, got "0,83": write the decimal point as a point',
      '9 scoreFake must be a finite number, got "NaN"',
      '10 scoreReal must be a number in [0, 1], got 1.5',
      '10 scoreFake must be a number in [0, 1], got -3',
      '11 must have 9 cells, got 7',
      '11 scoreFake is missing: a real image without its fake',
      'null there must be at least one negative image, got 0',
    ]);
  });

  it('must have a header that can be understood', () => {
    expect(problemsOf(() => parseRecords('caseId,label,x,x,scoreReal\n'))).toEqual([
      '1 column scoreFake is missing',
      '1 column "x" is unknown',
      '1 column "x" occurs twice',
    ]);
    expect(problemsOf(() => parseRecords(''))).toEqual(['1 the table is empty']);
    expect(problemsOf(() => parseRecords('"a'))[0]).toMatch(/^null the file must be a table: /);
  });
});

describe('records as JSON Lines', () => {
  it('report lines that are no records', () => {
    const lines = [
      '{"caseId":"a","label":"positive","scoreReal":0.9,"scoreFake":0.2,"strata":{"density":2}}',
      'null',
      '{"caseId":',
      '{"caseId":"b","label":true,"score":1,"scoreReal":"high","scoreFake":0.1,"strata":3}',
    ].join('\r\n');
    expect(problemsOf(() => parseRecordLines(lines))).toEqual([
      '2 must be an object, got null',
      '3 must be JSON',
      '4 label must be a text or a number, got true',
      '4 field "score" is unknown',
      '4 strata must be an object, got 3',
      '4 scoreReal must be a finite number, got "high"',
      'null there must be at least one negative image, got 0',
    ]);
    expect(problemsOf(() => parseRecordLines(' \n'))).toEqual(['1 the text is empty']);
  });
});

describe('fromTfjs', () => {
  const cases = [
    { caseId: 'a', label: 'positive' },
    { caseId: 'b', label: 'negative' },
  ] as const;
  const tensor = (shape: readonly number[], ...values: number[]) => ({
    shape,
    data: async () => Float32Array.from(values),
  });

  it('takes one or two numbers per image, logits or probabilities', async () => {
    const two = tensor([2, 2], 0, 2, 1, 0);
    const records = await fromTfjs(cases, { real: two, fake: two, output: 'two-logits' });
    expect(records[0]?.scoreReal).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
    expect(records[1]?.scoreFake).toBeCloseTo(1 / (1 + Math.exp(1)), 15);
    const one = tensor([2, 1], 0.75, 0.25);
    const [first] = await fromTfjs(cases, { real: one, fake: one, output: 'probability' });
    expect(first).toMatchObject({ scoreReal: 0.75, direction: 'remove', patientId: 'a' });
    const logits = await fromTfjs(cases, {
      real: tensor([2], 800, -800),
      fake: tensor([2], 0, 0),
      output: 'logit',
    });
    expect(logits.map(({ scoreReal }) => scoreReal)).toEqual([1, 0]);
  });

  it('refuses shapes that do not fit and scores that are no numbers', async () => {
    const one = tensor([2], 0.75, 0.25);
    await expect(
      fromTfjs(cases, { real: one, fake: tensor([3, 1], 1, 1, 1), output: 'probability' }),
    ).rejects.toThrow('fromTfjs: fake must have shape [2, 1] for probability, got [3, 1]');
    await expect(
      fromTfjs(cases, { real: one, fake: tensor([2], Number.NaN, 1), output: 'probability' }),
    ).rejects.toThrow('row 1 (a): scoreFake must be a finite number, got "NaN"');
    await expect(
      fromTfjs([], { real: tensor([0]), fake: tensor([0]), output: 'logit' }),
    ).rejects.toThrow('there must be at least one case, got 0');
  });
});

describe('score tables of attack toolboxes', () => {
  const cases = 'caseId,label,patientId,strata.density\na,positive,P1,C\nb,negative,P2,D\n';

  it('are joined by position or by caseId', () => {
    const output = 'two-logits';
    const byPosition = fromScoreTables(
      { cases, real: '-1.0e+00 1.0e+00\n2 0\n', fake: '1 -1\n0 1\n' },
      { output },
    );
    const byId = fromScoreTables(
      { cases, real: 'caseId,n,p\nb,2,0\na,-1,1\n', fake: 'caseId,n,p\na,1,-1\nb,0,1\n' },
      { output },
    );
    expect(byId).toEqual(byPosition);
    expect(byId[0]?.scoreReal).toBeCloseTo(1 / (1 + Math.exp(-2)), 15);
    expect(byId[1]?.strata).toEqual({ density: 'D' });
  });

  it('come back as they were', () => {
    expect(fromScoreTables(toScoreTables(paperRecords), { output: 'probability' })).toEqual(
      paperRecords,
    );
  });

  it('report what does not fit, with the row of its table', () => {
    const output = 'probability';
    const real = 'caseId,p\na,0.9\nz,0.5\na,0.8\n';
    expect(
      problemsOf(() => fromScoreTables({ cases, real, fake: '0.1\nnan\n0.3\n' }, { output })),
    ).toEqual([
      '2 fake: must have 1 finite numbers, got nan',
      '3 real: z is not among the cases',
      '3 scoreReal is missing: a fake without its real image',
      '3 scoreFake is missing: a real image without its fake',
      '4 real: a occurs twice',
      'null fake: must have a row for each of 2 cases, got 3',
    ]);
    expect(
      problemsOf(() => fromScoreTables({ cases: 'id,label\n', real, fake: '' }, { output })),
    ).toEqual(['1 cases: column caseId is missing', '1 cases: column id is unknown']);
  });
});

describe('RobustBench', () => {
  const run: RobustBenchRun = {
    model: 'cad',
    attack: 'apgd-ce',
    eps: 0.03,
    output: 'two-logits',
    y: [1, 0, 0],
    clean: [
      [0, 2],
      [1, 0],
      [2, 0],
    ],
    adversarial: [
      [2, 0],
      [0, 1],
      [2, 0],
    ],
  };

  it('runs become records, and evaluations entries', () => {
    const records = fromRobustBench(JSON.stringify(run));
    expect(records[0]).toMatchObject({
      caseId: '0',
      label: 'positive',
      attackId: 'apgd-ce',
      victimId: 'cad',
      epsilon: 0.03,
    });
    const evaluation = evaluatePaired(records);
    expect(toRobustBench(evaluation, { name: 'cad', dataset: 'phantom', eps: '0.03' })).toEqual({
      name: 'cad',
      dataset: 'phantom',
      eps: '0.03',
      clean_acc: '100.00',
      autoattack_acc: '33.33',
    });
  });

  it('problems are listed', () => {
    expect(problemsOf(() => fromRobustBench('{'))).toEqual(['null the text must be JSON']);
    expect(problemsOf(() => fromRobustBench('3'))).toEqual(['null the text must be an object']);
    expect(problemsOf(() => fromRobustBench('{"y":[]}'))).toHaveLength(4);
    const short = { ...run, output: 'odds' as 'logit', clean: [[0, 2]] };
    expect(problemsOf(() => fromRobustBench(short))).toEqual([
      'null output must be probability, logit, two-logits, two-probabilities, got "odds"',
      'null clean must be a list of 3, as long as y, got 1',
    ]);
    const values: RobustBenchRun = { ...run, y: [1, 0, 2 as 1], clean: [[0, 2], [1], [2, 0]] };
    expect(problemsOf(() => fromRobustBench(values))).toEqual([
      '2 scoreReal must be a finite number, got "1 numbers"',
      '3 label must be positive or negative, got "2"',
    ]);
  });
});
