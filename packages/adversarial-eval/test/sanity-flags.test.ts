import { describe, expect, it } from 'vitest';
import { budgetCurve } from '../src/budget-curve.ts';
import { type SanityInput, sanityFlags } from '../src/sanity/sanity-flags.ts';
import { pair } from './pairs.ts';
import { paperRecords } from './paper-records.ts';

/** 12 of each class, all right before; half of them fooled after. */
const records = Array.from({ length: 24 }, (_, i) => {
  const label = i % 2 ? 'negative' : 'positive';
  const right = label === 'positive' ? 0.7 + i / 100 : 0.3 - i / 100;
  return pair(`${i}`, label, [right, i % 4 < 2 ? 1 - right : right + 0.001]);
});

const ids = (input: Partial<SanityInput>) =>
  sanityFlags({ records, scoreKind: 'probability', ...input }).map((flag) => flag.id);

describe('sanityFlags', () => {
  it('is silent about a sound evaluation', () => {
    expect(ids({})).toEqual([]);
  });

  it("has the paper's rule about weak models", () => {
    const flags = sanityFlags({ records: paperRecords, scoreKind: 'probability' });
    expect(flags.map(({ id }) => id)).toEqual(['unchanged-scores', 'low-auc']);
    expect(flags[1]).toMatchObject({ severity: 'warning', numbers: { least: 0.8 } });
    expect(flags[1]?.message).toContain('0.731, below 0.80');
  });

  it('sees logits given as probabilities, and probabilities given as logits', () => {
    const logits = records.map((r) => ({
      ...r,
      scoreReal: 8 * r.scoreReal - 4,
      scoreFake: 8 * r.scoreFake - 4,
    }));
    expect(ids({ records: logits })).toContain('logits-as-probabilities');
    expect(ids({ records: logits, scoreKind: 'logit' })).toEqual([]);
    expect(ids({ scoreKind: 'logit' })).toContain('probabilities-as-logits');
    const twice = records.map((r) => ({
      ...r,
      scoreReal: 1 / (1 + Math.exp(-r.scoreReal)),
      scoreFake: 1 / (1 + Math.exp(-r.scoreFake)),
    }));
    expect(ids({ records: twice, threshold: 0.62 })).toEqual(['sigmoid-twice']);
  });

  it('sees scores that do not move, are saturated or all the same', () => {
    const flat = records.map((r) => ({ ...r, scoreReal: 1, scoreFake: 1 }));
    expect(ids({ records: flat })).toEqual([
      'constant-scores',
      'few-correct',
      'saturated-scores',
      'unchanged-scores',
      'low-auc',
    ]);
  });

  it('sees runs that differ, and says whether calls change', () => {
    const again = (shift: number) =>
      records.map(({ caseId, scoreReal, scoreFake }) => ({
        caseId,
        scoreReal: scoreReal - (caseId === '3' ? shift : 0),
        scoreFake,
      }));
    expect(ids({ secondRun: again(0) })).toEqual([]);
    expect(
      sanityFlags({ records, scoreKind: 'probability', secondRun: again(1e-6) }),
    ).toMatchObject([
      { id: 'non-deterministic-scores', severity: 'warning', cases: ['3'], numbers: { flips: 0 } },
    ]);
    const far = sanityFlags({ records, scoreKind: 'probability', secondRun: again(-0.5) });
    expect(far[0]).toMatchObject({ severity: 'error', numbers: { flips: 1 } });
  });

  it('sees small classes and leaks of patients', () => {
    expect(ids({ records: records.slice(0, 10) })).toEqual(['small-class', 'small-class']);
    expect(sanityFlags({ records: [], scoreKind: 'probability' })).toMatchObject([
      { id: 'small-class', severity: 'error' },
      { id: 'small-class', severity: 'error' },
    ]);
    const leak = { trainPatientIds: ['patient of 3', 'somebody'] };
    expect(sanityFlags({ records, scoreKind: 'probability', ...leak })).toMatchObject([
      { id: 'patient-in-train-and-test', severity: 'error', cases: ['patient of 3'] },
    ]);
  });

  it('sees pixels out of range, sizes that differ and fakes that are no fakes', () => {
    const of = (...values: number[]) => Float32Array.from(values);
    const pairs = [
      { caseId: 'good', real: of(0, 1), fake: of(0, 0.5) },
      { caseId: 'above', real: of(0, 1), fake: of(0, 1.5) },
      { caseId: 'nan', real: of(0, 1), fake: of(0, Number.NaN) },
      { caseId: 'same', real: of(0, 1), fake: of(0, 1) },
      { caseId: 'short', real: of(0, 1), fake: of(0) },
    ];
    const flags = sanityFlags({
      records,
      scoreKind: 'probability',
      pixels: { pairs, range: [0, 1] },
    });
    expect(flags.map(({ id, cases }) => [id, cases])).toEqual([
      ['pixels-out-of-range', ['above', 'nan']],
      ['fake-identical-to-real', ['same']],
      ['pixel-sizes-differ', ['short']],
    ]);
    expect(flags[0]?.message).toBe(
      '2 of 5 pairs have pixels that are not in [0, 1], by up to 0.5: such files cannot be written',
    );
  });

  it('sees controls of the same size that fool nearly as often', () => {
    const blur = (k: number, nmse = 0.002) => ({ kind: 'blur', nmse, fooled: { k, n: 24 } });
    expect(ids({ nmse: 0.002, controls: [blur(1)] })).toEqual([]);
    expect(ids({ nmse: 0.002, controls: [blur(11)] })).toEqual(['control-fools-too']);
    expect(ids({ nmse: 0.002, controls: [blur(1, 0.003)] })).toEqual(['control-not-matched']);
  });

  it('sees signs of masked gradients', () => {
    const count = (k: number) => ({ k, n: 20 });
    expect(
      ids({
        attacks: {
          whiteBox: count(5),
          blackBox: count(9),
          iterative: count(5),
          singleStep: count(5),
          gradient: count(3),
          random: count(4),
          unbounded: count(19),
        },
      }),
    ).toEqual([
      'black-box-stronger',
      'single-step-stronger',
      'random-stronger',
      'unbounded-attack-resisted',
    ]);
    expect(
      ids({ attacks: { whiteBox: count(9), blackBox: count(5), unbounded: count(20) } }),
    ).toEqual([]);
    const budget = budgetCurve([
      pair('a', 'positive', [0.9, 0.1], { epsilon: 1 }),
      pair('a', 'positive', [0.9, 0.8], { epsilon: 2 }),
    ]);
    expect(ids({ budget })).toEqual(['larger-budget-weaker']);
  });
});
