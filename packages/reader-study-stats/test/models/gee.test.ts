import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal as standardNormal } from '../../src/distributions/normal.ts';
import { type GeeOptions, gee } from '../../src/models/gee.ts';
import { randomStream } from '../../src/random.ts';
import { fixture, relativeError } from '../goldens.ts';
import {
  expectCoefficients,
  parseFormula,
  SIMULATED_SETS,
  type SimulatedRow,
  simulatedFits,
  simulatedRows,
  studyRows,
} from './model-goldens.ts';

const goldens = fixture('readerstudy_sim_dev.models.json');

const OPTIONS = {
  response: 'correct',
  terms: ['session', 'reader'],
  cluster: 'case',
  correlation: 'exchangeable',
  correction: 'none',
} as const satisfies GeeOptions<SimulatedRow>;

describe('gee agrees with geepack', () => {
  describe.each(['real', 'fake'] as const)('on the golden study, %s images', (truth) => {
    const rows = studyRows(truth);

    it.each(['independence', 'exchangeable'] as const)('%s, main effects', (correlation) => {
      const golden = goldens[`gee_${correlation}_main_${truth}`];
      const fit = gee(rows, { ...OPTIONS, correlation });
      expect(fit.coefficients.map(({ term }) => term)).toEqual(golden.term);
      // geepack stops when coefficients change by less than 1e-4
      const tolerance = correlation === 'independence' ? 1e-8 : 1e-6;
      const target = { estimate: golden.est, se: golden.robust_se };
      expectCoefficients(fit.coefficients, target, { estimate: tolerance, se: tolerance });
      fit.coefficients.forEach(({ statistic, pValue }, j) => {
        expect(relativeError(statistic! ** 2, golden.wald[j])).toBeLessThan(2e-5);
        expect(Math.abs(pValue! - golden.p[j])).toBeLessThan(2e-6);
      });
      if (correlation === 'exchangeable') expect(fit.alpha).toBeCloseTo(golden.alpha, 7);
    });

    it.each(['independence', 'exchangeable'] as const)('%s, interaction', (correlation) => {
      const golden = goldens[`gee_${correlation}_session_x_reader_${truth}`];
      const terms = ['session', 'reader', 'session:reader'] as const;
      const fit = gee(rows, { ...OPTIONS, terms, correlation });
      expect(fit.coefficients.map(({ term }) => term)).toEqual(Object.keys(golden.coef));
      const target = {
        estimate: Object.values<number>(golden.coef),
        se: Object.values<number>(golden.robust_se),
      };
      expectCoefficients(fit.coefficients, target, { estimate: 1e-10, se: 1e-10 });
      if (correlation === 'exchangeable') expect(fit.alpha).toBeCloseTo(golden.alpha, 12);
    });
  });

  it.each(SIMULATED_SETS)('on unbalanced simulated answers: %s', (set) => {
    const rows = simulatedRows(set);
    for (const golden of simulatedFits(set, 'gee')) {
      const { terms } = parseFormula(golden.formula);
      const fit = gee(rows, { ...OPTIONS, terms, correlation: golden.correlation });
      expectCoefficients(fit.coefficients, golden, { estimate: 1e-10, se: 1e-9 });
      expect(Math.abs(fit.alpha! - golden.alpha)).toBeLessThan(1e-10);
      expect(relativeError(fit.scale!, golden.scale)).toBeLessThan(1e-10);
    }
  });
});

describe('small-sample corrections', () => {
  it.each(['unbalanced', 'small'])('agree with their definition, and statsmodels: %s', (set) => {
    const rows = simulatedRows(set);
    for (const golden of simulatedFits(set, 'gee')) {
      if (!golden.manclDeRouenSe) continue;
      const { correlation } = golden;
      for (const [correction, se] of [
        ['mancl-derouen', golden.manclDeRouenSe],
        ['kauermann-carroll', golden.kauermannCarrollSe],
      ] as const) {
        const fit = gee(rows, { ...OPTIONS, correlation, correction });
        const target = { estimate: golden.estimate, se };
        expectCoefficients(fit.coefficients, target, { estimate: 1e-10, se: 1e-9 });
        expect(fit.method).toContain(correction);
      }
    }
  });

  it('are undefined where a cluster alone decides a coefficient', () => {
    const rows = [0, 1, 0, 1, 1, 0, 1, 1].map((correct, i) => ({
      correct,
      session: i < 4 ? 'A' : 'B',
      case: i < 4 ? `a${i >> 1}` : 'b',
    }));
    const fit = gee(rows, {
      ...OPTIONS,
      terms: ['session'],
      correlation: 'independence',
      correction: 'mancl-derouen',
    });
    expect(fit).toMatchObject({ status: 'full-leverage', covariance: null, alpha: null });
    expect(fit.coefficients[0]).toMatchObject({ status: 'full-leverage', pValue: null });
  });
});

describe('gee', () => {
  const rows = simulatedRows('small');

  it('of one yes-or-no column is the log odds, with the binomial standard error', () => {
    // 8 of 10: log odds log 4, se √(1/8 + 1/2)
    const ten = Array.from({ length: 10 }, (_, i) => ({ correct: i < 8 ? 1 : 0, case: `c${i}` }));
    const fit = gee(ten, { ...OPTIONS, terms: [], correlation: 'independence' });
    const [intercept] = fit.coefficients;
    expect(intercept!.estimate).toBeCloseTo(Math.log(4), 12);
    expect(intercept!.se).toBeCloseTo(Math.sqrt(1 / 8 + 1 / 2), 12);
    expect(fit.warnings[0]).toBe(
      'only 10 clusters: uncorrected robust standard errors are too small',
    );
  });

  it('does not depend on the order of the rows or the names of the clusters', () => {
    const fit = gee(rows, OPTIONS);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const shuffled = randomStream(seed)
          .shuffle(rows)
          .map((row) => ({ ...row, case: `renamed ${row.case}` }));
        gee(shuffled, OPTIONS).coefficients.forEach(({ estimate, se }, j) => {
          expect(estimate).toBeCloseTo(fit.coefficients[j]!.estimate!, 9);
          expect(se).toBeCloseTo(fit.coefficients[j]!.se!, 9);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('tests the combinations that are asked for, against t where asked', () => {
    const contrasts = { 'last two readers': { readerr03: 1, readerr02: -1 } };
    const fit = gee(rows, { ...OPTIONS, contrasts, reference: 't', level: 0.9 });
    const [contrast] = fit.contrasts;
    const estimate = (term: string) => fit.coefficients.find((c) => c.term === term)!.estimate!;
    expect(contrast).toMatchObject({ status: 'ok', term: 'last two readers', dist: 't', df: 46 });
    expect(contrast!.estimate).toBeCloseTo(estimate('readerr03') - estimate('readerr02'), 12);
    const normal = gee(rows, { ...OPTIONS, contrasts, level: 0.9 }).contrasts[0]!;
    expect(normal.ci!.upper - normal.estimate!).toBeCloseTo(
      standardNormal.quantile(0.95) * normal.se!,
      12,
    );
  });

  it('has a status for separated outcomes instead of estimates', () => {
    const always = rows.map((row) => ({ ...row, correct: row.session === 'B' ? 1 : row.correct }));
    const fit = gee(always, OPTIONS);
    expect(fit).toMatchObject({ status: 'separated', alpha: null, scale: null, covariance: null });
    for (const coefficient of fit.coefficients) {
      expect(coefficient).toMatchObject({ status: 'separated', estimate: null, pValue: null });
    }
    const perfect = rows.map((row) => ({ ...row, correct: row.order > 12 ? 1 : 0 }));
    expect(gee(perfect, { ...OPTIONS, terms: ['order'] }).status).toBe('separated');
    const all = rows.map((row) => ({ ...row, correct: 1 }));
    expect(gee(all, { ...OPTIONS, terms: [] }).status).toBe('separated');
  });

  it('does not call rare answers separated', () => {
    const random = randomStream(3);
    const rare = Array.from({ length: 4000 }, (_, i) => ({
      correct: i === 7 || i === 3001 || random.uniform() < 0.0005 ? 1 : 0,
      session: i < 2000 ? 'A' : 'B',
      case: `c${i >> 1}`,
    }));
    expect(gee(rare, { ...OPTIONS, terms: ['session'] }).status).toBe('ok');
  });

  it('of clusters that do not vary has no variance', () => {
    const constant = rows.map((row, i) => ({ ...row, correct: 0.5, case: `c${i % 10}` }));
    const fit = gee(constant, { ...OPTIONS, terms: [], correlation: 'independence' });
    expect(fit.coefficients[0]).toMatchObject({ status: 'zero-variance', estimate: 0, se: 0 });
  });

  it('has no correlation to estimate in clusters of one', () => {
    const single = rows.map((row, i) => ({ ...row, case: `c${i}` }));
    const fit = gee(single, OPTIONS);
    expect(fit.alpha).toBe(0);
    expect(fit.warnings).toEqual([
      'every cluster has a single row: there is no correlation to estimate',
    ]);
  });

  it('refuses what is not valid, all at once', () => {
    const wrong = (options: object, data: readonly object[] = rows) =>
      expect(() => gee(data as typeof rows, { ...OPTIONS, ...options } as typeof OPTIONS));
    wrong({ terms: ['session:reader'] }).toThrow(
      'gee: terms must contain session by itself, got session:reader; terms must contain reader by itself',
    );
    wrong({ terms: ['session', 'session'] }).toThrow('gee: terms must differ, got session,session');
    wrong({ levels: { session: ['A', 'C'] } }).toThrow(
      'gee: levels of session must contain every value, got B besides; levels of session must occur in the rows, got C',
    );
    wrong({}, []).toThrow('gee: rows must not be empty, got none');
    wrong({ response: 'case' }).toThrow(
      'gee: column case must hold finite numbers, got i1 in row 1',
    );
    wrong({}, [{ ...rows[0]!, correct: Number.NaN }, ...rows]).toThrow(
      'gee: column correct must hold finite numbers, got NaN in row 1',
    );
    wrong({}, [...rows, { ...rows[0]!, session: 3 }]).toThrow(
      'gee: column session must hold text, got 3 in row 151',
    );
    wrong({}, [{ ...rows[0]!, correct: 2 }, ...rows]).toThrow(
      'gee: responses must lie in [0, 1], got 2',
    );
    wrong({ cluster: 'order' }).toThrow('gee: column order must hold text, got');
    wrong(
      {},
      rows.map((row) => ({ ...row, case: 'same' })),
    ).toThrow('gee: case must have at least two levels, got 1');
    wrong(
      {},
      rows.map((row) => ({ ...row, session: 'A' })),
    ).toThrow('gee: factor session must have at least two levels, got A');
    const nested = rows.map((row) => ({ ...row, reader: `${row.reader}${row.session}` }));
    wrong({}, nested).toThrow(
      'gee: every coefficient must be estimable from the rows, got none for readerr03B',
    );
    wrong({ correlation: 'ar1' }).toThrow(
      'gee: correlation must be independence or exchangeable, got ar1',
    );
    wrong({ correction: undefined }).toThrow(
      'gee: correction must be none or kauermann-carroll or mancl-derouen, got undefined',
    );
    wrong({ reference: 'F' }).toThrow('gee: reference must be normal or t, got F');
    wrong({ level: 95 }).toThrow('gee: level');
    wrong({ contrasts: { x: { nothing: 1 } } }).toThrow(
      'gee: contrast x must weight some of (Intercept), sessionB, readerr02, readerr03, got {"nothing":1}',
    );
    wrong({ reference: 't', cluster: 'session' }).toThrow(
      'gee: reference t needs more clusters than the 4 coefficients, got 2',
    );
  });
});
