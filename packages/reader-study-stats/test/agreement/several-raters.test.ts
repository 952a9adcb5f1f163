import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brennanPrediger, fleissKappa, gwetAc } from '../../src/agreement/chance-corrected.ts';
import { agreementTable, cohenKappa } from '../../src/agreement/cohen-kappa.ts';
import { krippendorffAlpha } from '../../src/agreement/krippendorff-alpha.ts';
import { congerKappa, lightKappa } from '../../src/agreement/rater-kappas.ts';
import { type Ratings, weightMatrix } from '../../src/agreement/rating-table.ts';
import { stuartMaxwellTest } from '../../src/agreement/stuart-maxwell.ts';
import { normal } from '../../src/distributions/normal.ts';
import { fixtureText, sharedIsAbsent, sharedText } from '../goldens.ts';
import { close, goldens, parseRatings } from './agreement-goldens.ts';

const LABELS = ['real', 'unsure', 'fake'];

/** A session's answers of the simulated study: images by readers, labels as 1, 2, 3. */
function sessionRatings(session: string): number[][] {
  const [header, ...lines] = fixtureText('readerstudy_sim_dev.csv').trim().split('\n');
  const columns = header!.split(',');
  const field = (line: string[], name: string) => line[columns.indexOf(name)]!;
  const cases = new Map<string, Map<string, number>>();
  for (const line of lines.map((text) => text.trim().split(','))) {
    if (field(line, 'session') !== session) continue;
    const image = field(line, 'image');
    if (!cases.has(image)) cases.set(image, new Map());
    cases.get(image)!.set(field(line, 'reader'), LABELS.indexOf(field(line, 'label')) + 1);
  }
  return [...cases.values()].map((row) => [...row.entries()].sort().map(([, label]) => label));
}

const coefficients = { ac: gwetAc, fleiss: fleissKappa, bp: brennanPrediger };

function expectGwet(
  ratings: Ratings,
  // biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
  golden: any,
  weights: 'unweighted' | 'quadratic' | 'ordinal',
) {
  for (const [name, coefficient] of Object.entries(coefficients)) {
    const result = coefficient(ratings, { weights });
    if (result.status !== 'ok') throw new Error(result.status);
    close(result.estimate, golden[name].est);
    close(result.se, golden[name].se);
    close(result.components.observed, golden[name].pa);
    if (golden[name].pe !== undefined) close(result.components.expected, golden[name].pe);
  }
  expectAlpha(ratings, golden.krippendorff, weights);
}

/** irrCAC's α = (pₐ′ − pₑ)/(1 − pₑ) of weights, which are 1 − δ² scaled to at most 1. */
function expectAlpha(
  ratings: Ratings,
  golden: { readonly est: number; readonly pa_prime: number; readonly pe: number },
  weights: 'unweighted' | 'quadratic' | 'ordinal',
) {
  // irrCAC's ordinal weights are not Krippendorff's ordinal metric
  const ordinal = weightMatrix('test', 'ordinal', 3).map((row) => row.map((weight) => 1 - weight));
  const metric = { unweighted: 'nominal', quadratic: 'interval', ordinal } as const;
  const result = krippendorffAlpha(ratings, { metric: metric[weights] });
  if (result.status !== 'ok') throw new Error(result.status);
  close(result.estimate, golden.est);
  const pairable = ratings.map((row) => row.filter((answer) => answer !== null));
  const answers = pairable.filter((row) => row.length > 1).flat();
  const values = answers.map(Number);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const widest = weights === 'quadratic' ? ((greatest - least) / greatest) ** 2 : 1;
  // irrCAC's chance agreement pairs answers with themselves too
  const { observed, expected } = result.components;
  close(1 - (expected * (answers.length - 1)) / answers.length / widest, golden.pe);
  close(1 - (observed * (answers.length - 1)) / answers.length / widest, golden.pa_prime);
}

describe('agreement of several raters', () => {
  it.skipIf(sharedIsAbsent)('Fleiss 1971 agrees with irr and irrCAC', () => {
    const ratings = parseRatings(sharedText('fleiss1971_diagnoses.csv'));
    const golden = goldens.fleiss1971_diagnoses;
    expectGwet(ratings, golden.highprec, 'unweighted');
    const { statistic, dist, pValue } = fleissKappa(ratings);
    // irr's p is 2(1 − Φ(z)), which is 0 from z = 8.3 on
    expect(golden.irr.fleiss.p).toBe(0);
    close(pValue, 2 * normal.sf(golden.irr.fleiss.z));
    close(statistic, golden.irr.fleiss.z);
    expect(dist).toBe('normal');
    close(fleissKappa(ratings).estimate, golden.irr.fleiss.kappa);
    close(congerKappa(ratings).estimate, golden.irr.conger_exact);
    close(lightKappa(ratings).estimate, golden.irr.light);
    const unanimous = ratings.filter((row) => new Set(row).size === 1).length;
    close((100 * unanimous) / ratings.length, golden.irr.percent_agree);
    close(krippendorffAlpha(ratings, { metric: 'nominal' }).estimate, golden.kalpha_nominal);
  });

  it('two raters: Conger and Light are Cohen, errors too', () => {
    const answer = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(answer, answer), { minLength: 3, maxLength: 40 }), (pairs) => {
        for (const weights of ['unweighted', 'linear'] as const) {
          const cohen = cohenKappa(agreementTable(pairs).counts, { weights });
          for (const kappa of [congerKappa(pairs, { weights }), lightKappa(pairs, { weights })]) {
            expect(kappa.status).toBe(cohen.status);
            if (cohen.status !== 'ok') continue;
            expect(kappa.estimate).toBeCloseTo(cohen.estimate, 10);
            // Fleiss, Cohen and Everitt divide by n, linearisation by n − 1
            const n = pairs.length;
            expect(kappa.se! * Math.sqrt((n - 1) / n)).toBeCloseTo(cohen.se, 6);
          }
        }
      }),
    );
  });

  it('Conger and Light say what they leave out, and why there is nothing', () => {
    const ratings = [
      ['a', 'a', 'b'],
      ['b', null, 'b'],
      ['b', 'b', 'b'],
      ['a', 'b', 'a'],
    ];
    expect(congerKappa(ratings).warnings).toEqual(['1 subjects with missing answers are left out']);
    expect(lightKappa([['a', null]]).status).toBe('no-pairs');
    expect(lightKappa([['a', 'a']]).status).toBe('one-category');
    expect(congerKappa([['a', 'b']]).status).toBe('one-subject');
  });

  it('Stuart and Maxwell is McNemar for two categories, and knows tables in blocks', () => {
    close(
      stuartMaxwellTest([
        [20, 12],
        [2, 16],
      ]).statistic,
      100 / 14,
    );
    const blocks = [
      [5, 12, 0, 0],
      [2, 5, 0, 0],
      [0, 0, 5, 12],
      [0, 0, 2, 5],
    ];
    expect(stuartMaxwellTest(blocks)).toMatchObject({ status: 'ok', df: [2] });
    close(stuartMaxwellTest(blocks).statistic, 200 / 14);
    expect(
      stuartMaxwellTest([
        [3, 0],
        [0, 4],
      ]).status,
    ).toBe('no-discordant-pairs');
    expect(() => stuartMaxwellTest([[1, 2]])).toThrow(
      'stuartMaxwellTest: the table must be square, got 2 columns in row 1 of 1',
    );
  });

  it.skipIf(sharedIsAbsent)('Gwet with missing answers agrees with irrCAC', () => {
    const ratings = parseRatings(sharedText('gwet_raw4raters.csv'));
    expectGwet(ratings, goldens.gwet_raw4raters.unweighted, 'unweighted');
    expectGwet(ratings, goldens.gwet_raw4raters.quadratic, 'quadratic');
    for (const metric of ['nominal', 'ordinal', 'interval', 'ratio'] as const) {
      close(krippendorffAlpha(ratings, { metric }).estimate, goldens.krippendorff_nmm[metric]);
    }
    const { seNull, df } = fleissKappa(ratings) as { seNull: null; df: number };
    expect(seNull).toBeNull();
    expect(df).toBe(11);
  });

  it.each(['s3', 's5'])('the simulated study, %s, agrees with irrCAC', (session) => {
    const ratings = sessionRatings(session.slice(1));
    const golden = goldens.readerstudy[session];
    expectGwet(ratings, golden.nominal, 'unweighted');
    expectGwet(ratings, golden.ordinal, 'ordinal');
    close(krippendorffAlpha(ratings, { metric: 'nominal' }).estimate, golden.kalpha_nominal);
    close(krippendorffAlpha(ratings, { metric: 'ordinal' }).estimate, golden.kalpha_ordinal);
  });

  it('bootstrap of α is seeded and contains the estimate', () => {
    const ratings = sessionRatings('3');
    const options = { metric: 'ordinal', bootstrap: { replicates: 200, seed: 1 } } as const;
    const { estimate, se, ci } = krippendorffAlpha(ratings, options);
    expect(ci!.lower).toBeLessThan(estimate!);
    expect(ci!.upper).toBeGreaterThan(estimate!);
    expect(se).toBeGreaterThan(0.01);
    expect(se).toBeLessThan(0.04);
    expect(krippendorffAlpha(ratings, options).ci).toEqual(ci);
  });

  it('say why there is nothing to correct', () => {
    const lonely = [
      [1, null],
      [null, 2],
    ];
    const same = [
      [1, 1],
      [1, 1],
    ];
    for (const coefficient of [fleissKappa, gwetAc]) {
      expect(coefficient(lonely).status).toBe('no-pairs');
      expect(coefficient([]).status).toBe('no-pairs');
      expect(coefficient([[1, 2]]).status).toBe('one-subject');
    }
    expect(fleissKappa(same).status).toBe('one-category');
    expect(krippendorffAlpha(same, { metric: 'nominal' }).status).toBe('one-category');
    expect(krippendorffAlpha(lonely, { metric: 'ratio' }).status).toBe('no-pairs');
    expect(
      cohenKappa([
        [0, 0],
        [0, 0],
      ]).status,
    ).toBe('no-pairs');
    expect(
      cohenKappa([
        [5, 0],
        [0, 0],
      ]).status,
    ).toBe('one-category');
    expect(
      cohenKappa([
        [5, 0],
        [0, 4],
      ]),
    ).toMatchObject({ status: 'ok', estimate: 1, se: 0 });
    const perfect = fleissKappa([
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
    expect(perfect).toMatchObject({ status: 'ok', estimate: 1, se: 0 });
  });

  it('know no NaN', () => {
    const answer = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 }));
    const table = fc
      .integer({ min: 0, max: 4 })
      .chain((raters) =>
        fc.array(fc.array(answer, { minLength: raters, maxLength: raters }), { maxLength: 8 }),
      );
    const numbers = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      else if (value && typeof value === 'object') Object.values(value).forEach(numbers);
    };
    fc.assert(
      fc.property(table, (ratings) => {
        for (const weights of ['unweighted', 'linear', 'quadratic', 'ordinal'] as const) {
          for (const coefficient of Object.values(coefficients)) {
            numbers(coefficient(ratings, { weights }));
          }
        }
        for (const metric of ['nominal', 'ordinal', 'interval', 'ratio'] as const) {
          const bootstrap = { replicates: 5, seed: 3 };
          const alpha = krippendorffAlpha(ratings, { metric, bootstrap });
          numbers(alpha);
          if (alpha.status === 'ok') expect(alpha.estimate).toBeLessThanOrEqual(1);
        }
      }),
    );
    const cell = fc.oneof(fc.constant(0), fc.nat(9), fc.nat(1e9));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 9, maxLength: 9 }), (cells) => {
        const rows = [0, 3, 6].map((start) => cells.slice(start, start + 3));
        for (const weights of ['unweighted', 'linear', 'quadratic'] as const) {
          numbers(cohenKappa(rows, { weights }));
        }
      }),
    );
  });

  it('refuse what is no rating', () => {
    expect(() => fleissKappa([[1, 2], [1]])).toThrow(
      'fleissKappa: every row must have 2 answers, got 1 in row 2',
    );
    expect(() => gwetAc([[1, Number.NaN]])).toThrow('answers must be finite, got NaN in row 1');
    expect(() => gwetAc([['a', 'b']], { categories: ['a'] })).toThrow(
      'gwetAc: answers must be among the categories, got b',
    );
    expect(() => fleissKappa([[1, 2]], { weights: [[1]] })).toThrow(
      'weights must be 2 by 2, got 1',
    );
    expect(() =>
      cohenKappa(
        [
          [1, 2],
          [3, 4],
        ],
        {
          weights: [
            [1, 2],
            [2, 1],
          ],
        },
      ),
    ).toThrow('weights must be symmetric, in [0, 1] and 1 on the diagonal, got 2 at 1, 2');
    expect(() => cohenKappa([[1, 2]])).toThrow('cohenKappa: the table must be square');
    expect(() => cohenKappa([[0.5]])).toThrow('counts must be whole and >= 0, got 0.5');
    expect(() => agreementTable([[1, 2, 3]])).toThrow('there must be two raters, got 3');
    expect(() => krippendorffAlpha([['a', 'b']], { metric: 'interval' })).toThrow(
      'krippendorffAlpha: metric interval needs numbers, got a',
    );
    expect(() => krippendorffAlpha([[-1, 2]], { metric: 'ratio' })).toThrow(
      'krippendorffAlpha: metric ratio needs numbers >= 0, got -1',
    );
    expect(() =>
      krippendorffAlpha([[1, 2]], {
        metric: [
          [0, 1],
          [2, 0],
        ],
      }),
    ).toThrow(
      'krippendorffAlpha: metric must be 2 by 2, symmetric, finite, >= 0 and 0 on the diagonal, got [[0,1],[2,0]]',
    );
    const bootstrap = { replicates: 0, seed: 1 };
    expect(() => krippendorffAlpha([[1, 2]], { metric: 'nominal', bootstrap })).toThrow(
      'replicates must be a whole number of at least 1, got 0',
    );
  });
});
