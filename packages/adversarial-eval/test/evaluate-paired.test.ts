import { areaUnderCurve } from '@mammo/reader-study-stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { pairOutcome } from '../src/pair-outcome.ts';
import { type PairedRecord, PairedRecordError, validateRecords } from '../src/paired-record.ts';
import { tableOne } from '../src/table-one.ts';
import { paperRecords } from './paper-records.ts';

const percent = (value: number | null) => (100 * value!).toFixed(1);

/** Any scores on images of which the first four are two of each class. */
const anyRecords = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })), {
    minLength: 4,
    maxLength: 60,
  })
  .map((rows) =>
    rows.map(([flag, real, fake], index): PairedRecord => {
      const positive = index < 2 || (index > 3 && flag);
      return {
        ...paperRecords[positive ? 0 : 74]!,
        caseId: `case-${index}`,
        scoreReal: real / 10,
        scoreFake: fake / 10,
      };
    }),
  );

describe('evaluatePaired', () => {
  const evaluation = evaluatePaired(paperRecords, { ci: 'wilson' });

  it("reproduces the paper's counts with their Wilson intervals", () => {
    const { fooled, positivesCorrect, negativesCorrect } = evaluation;
    expect(positivesCorrect).toMatchObject({ k: 44, n: 74 });
    expect(negativesCorrect).toMatchObject({ k: 319, n: 364 });
    expect(fooled.remove).toMatchObject({ k: 42, n: 44, method: 'wilson', level: 0.95 });
    expect(fooled.insert).toMatchObject({ k: 209, n: 319 });
    expect(fooled.both).toMatchObject({ k: 251, n: 363 });
    const printed = [fooled.remove, fooled.insert, fooled.both].map((share) =>
      [share.rate, share.lower, share.upper].map(percent),
    );
    expect(printed).toEqual([
      ['95.5', '84.9', '98.7'],
      ['65.5', '60.1', '70.5'],
      ['69.1', '64.2', '73.7'],
    ]);
  });

  it('has sensitivity and specificity before and after, with exact McNemar tests', () => {
    expect(evaluation.sensitivity.before).toMatchObject({ k: 44, n: 74 });
    expect(evaluation.sensitivity.after).toMatchObject({ k: 74 - 42, n: 74 });
    expect(evaluation.sensitivity.mcNemar).toMatchObject({ status: 'ok', b: 42, c: 30 });
    expect(evaluation.specificity.mcNemar).toMatchObject({ b: 209, c: 45 });
  });

  it('can use Clopper-Pearson intervals, other levels and thresholds', () => {
    const exact = evaluatePaired(paperRecords, { ci: 'clopper-pearson', level: 0.9 });
    expect(exact.fooled.remove.method).toBe('clopper-pearson');
    expect(exact.aucReal.ci!.level).toBe(0.9);
    const all = evaluatePaired(paperRecords, { threshold: 0 });
    expect(all.positivesCorrect).toMatchObject({ k: 74, n: 74 });
    expect(all.negativesCorrect).toMatchObject({ k: 0, n: 364 });
    expect(all.fooled.insert).toMatchObject({ status: 'empty', n: 0, rate: null });
  });

  it('calls a score at the threshold negative', () => {
    expect(pairOutcome({ label: 'negative', scoreReal: 0.5, scoreFake: 0.51 }, 0.5)).toBe('fooled');
    expect(pairOutcome({ label: 'positive', scoreReal: 0.5, scoreFake: 0 }, 0.5)).toBe('skipped');
    expect(pairOutcome({ label: 'positive', scoreReal: 0.6, scoreFake: 0.6 }, 0.5)).toBe(
      'resisted',
    );
  });

  it('has areas named by their labels', () => {
    const labels = paperRecords.map((record) => record.label);
    const fakes = paperRecords.map((record) => record.scoreFake);
    expect(evaluation.aucReal.estimate).toBe(
      areaUnderCurve(
        paperRecords.map((record) => record.scoreReal),
        labels,
      ),
    );
    expect(evaluation.aucFakeOriginal.estimate).toBe(areaUnderCurve(fakes, labels));
    expect(evaluation.aucFakeFlipped.n).toEqual({ positives: 364, negatives: 74, patients: 219 });
  });

  it('says when an attack is so strong that the area has no variance', () => {
    const perfect = paperRecords.map((record) => ({
      ...record,
      scoreFake: record.label === 'positive' ? 0.01 : 0.99,
    }));
    const { aucFakeFlipped, scoreShift } = evaluatePaired(perfect);
    expect(aucFakeFlipped).toMatchObject({ status: 'zero-variance', estimate: 1 });
    expect(scoreShift.remove.meanAfter).toBeCloseTo(0.01, 12);
    expect(scoreShift.insert.mean).toBeGreaterThan(0);
  });

  it('holds its identities for any scores', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const { pairs, fooled, aucFakeFlipped, aucFakeOriginal, n, ...rest } =
          evaluatePaired(records);
        const count = (outcome: string) => pairs.filter((pair) => pair.outcome === outcome).length;
        expect(count('fooled') + count('resisted') + count('skipped')).toBe(n.pairs);
        expect(fooled.both.k).toBe(fooled.remove.k + fooled.insert.k);
        expect(fooled.both.n).toBe(rest.positivesCorrect.k + rest.negativesCorrect.k);
        expect(aucFakeFlipped.estimate + aucFakeOriginal.estimate).toBeCloseTo(1, 12);
        expect(aucFakeFlipped.se).toBeCloseTo(aucFakeOriginal.se!, 12);
        const { before, after, mcNemar } = rest.sensitivity;
        expect(before.k - after.k).toBe(mcNemar.b - mcNemar.c);
        expect(JSON.stringify(evaluatePaired(records))).not.toContain('NaN');
      }),
    );
  });

  it('survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  });
});

describe('bad records', () => {
  const [good] = paperRecords as [PairedRecord];

  it('are all named at once', () => {
    const records: PairedRecord[] = [
      ...paperRecords,
      good,
      { ...good, caseId: 'x', scoreReal: Number.NaN, scoreFake: 1.2, patientId: '', epsilon: -1 },
      { ...good, caseId: 'y', direction: 'insert', intendedLabel: 'positive' },
      { ...good, caseId: '', label: 'cancer' as 'positive', direction: 'vanish' as 'remove' },
    ];
    const problems = validateRecords(records).map(
      ({ row, caseId, message }) => `${row} ${caseId} ${message}`,
    );
    expect(problems).toEqual([
      '439 positive-0 caseId is already in row 1; evaluate one attack at a time',
      '440 x patientId must not be empty',
      '440 x scoreReal must be a number in [0, 1], got NaN',
      '440 x scoreFake must be a number in [0, 1], got 1.2',
      '440 x epsilon must be a number of at least 0, got -1',
      '441 y direction insert contradicts label positive',
      '441 y intendedLabel must differ from label positive',
      '442 null caseId must not be empty',
      '442 null label must be positive or negative, got "cancer"',
      '442 null direction must be remove or insert, got "vanish"',
    ]);
    expect(() => evaluatePaired(records)).toThrow(PairedRecordError);
    expect(() => evaluatePaired(records)).toThrow(
      'evaluatePaired: 10 problems\n  row 439 (positive-0): caseId is already in row 1',
    );
  });

  it('of one class are refused', () => {
    const positives = paperRecords.filter((record) => record.label === 'positive');
    expect(() => evaluatePaired(positives)).toThrow(
      'there must be at least one negative image, got 0',
    );
  });

  it('may be logits if the score range says so', () => {
    const logits = paperRecords.map((record) => ({
      ...record,
      scoreReal: 20 * record.scoreReal - 10,
      scoreFake: 20 * record.scoreFake - 10,
    }));
    expect(() => evaluatePaired(logits)).toThrow(PairedRecordError);
    const scoreRange = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
    expect(evaluatePaired(logits, { threshold: 0, scoreRange }).fooled.remove.k).toBe(42);
  });

  it('the threshold must be a possible score', () => {
    expect(() => evaluatePaired(paperRecords, { threshold: 2 })).toThrow(
      'threshold must lie in [0,1], got 2',
    );
    expect(() => evaluatePaired(paperRecords, { threshold: Number.NaN })).toThrow('got NaN');
    expect(() => evaluatePaired(paperRecords, { level: 95 })).toThrow(
      'level must lie between 0 and 1, got 95',
    );
  });
});

describe('tableOne', () => {
  const rows = tableOne(evaluatePaired(paperRecords));

  it("gives the paper's counts back beside the paper's", () => {
    for (const { kind, value, paper } of rows) {
      if (kind !== 'proportion' || !paper.high) continue;
      expect(value).toMatchObject({ k: paper.high.k, n: paper.high.n, rate: paper.high.value });
    }
  });

  it('leaves lost cells empty and marks inferred ones', () => {
    const low = new Map(rows.map(({ id, paper }) => [id, paper.low]));
    expect(low.get('auc-real')).toBeNull();
    expect(low.get('negatives-correct')).toBeNull();
    expect(low.get('fooled-both')).toBeNull();
    expect(low.get('positives-correct')).toMatchObject({ k: 43, n: 74, inferred: true });
    expect(low.get('fooled-remove')).toEqual({ value: 0.884, k: null, n: null, inferred: false });
    expect(rows.map(({ paper }) => paper.high?.value.toFixed(3))).toEqual([
      '0.820',
      '0.940',
      '0.595',
      '0.876',
      '0.955',
      '0.655',
      '0.691',
    ]);
  });
});
