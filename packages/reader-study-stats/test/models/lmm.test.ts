import { describe, expect, it } from 'vitest';
import { type LmmOptions, lmm } from '../../src/models/lmm.ts';
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

const golden = fixture('readerstudy_sim_dev.models.json').time_lmer_log;

const OPTIONS = {
  response: 'logSeconds',
  terms: ['session'],
  random: ['case', 'reader'],
} as const satisfies LmmOptions<SimulatedRow>;

describe('lmm agrees with lme4 and lmerTest', () => {
  it('on the golden study, REML', () => {
    const fit = lmm([...studyRows('real'), ...studyRows('fake')], OPTIONS);
    expectCoefficients(
      fit.coefficients,
      { estimate: golden.est, se: golden.se },
      {
        estimate: 1e-8,
        se: 2e-6,
      },
    );
    fit.coefficients.forEach(({ df, statistic, pValue }, j) => {
      expect(relativeError(df!, golden.df[j])).toBeLessThan(1e-4);
      expect(relativeError(statistic!, golden.t[j])).toBeLessThan(1e-5);
      expect(relativeError(pValue!, golden.p[j])).toBeLessThan(1e-3);
    });
    const sds = [...fit.random.map(({ sd }) => sd), fit.residualSd!];
    [golden.sd_image, golden.sd_reader, golden.sd_resid].forEach((sd, k) => {
      expect(relativeError(sds[k]!, sd)).toBeLessThan(1e-5);
    });
  });

  it.each(SIMULATED_SETS)('on unbalanced and singular simulated times: %s', (set) => {
    const rows = simulatedRows(set);
    for (const target of simulatedFits(set, 'lmm')) {
      const { criterion } = target;
      const fit = lmm(rows, { ...OPTIONS, ...parseFormula(target.formula), criterion });
      expectCoefficients(fit.coefficients, target, { estimate: 1e-6, se: 5e-5 });
      fit.coefficients.forEach(({ df }, j) => {
        expect(relativeError(df!, target.df[j])).toBeLessThan(1e-3);
      });
      expect(Math.abs(fit.logLikelihood! - target.logLikelihood)).toBeLessThan(1e-6);
      const sds: readonly number[] = [target.sd].flat();
      const spreads = [...fit.random].sort((a, b) => b.levels - a.levels);
      for (const [k, { sd }] of spreads.entries()) {
        expect(Math.abs(sd - sds[k]!)).toBeLessThan(1e-4);
      }
      expect(Math.abs(fit.residualSd! - target.residual)).toBeLessThan(1e-5);
      expect(fit.status).toBe(sds.some((sd) => sd < 1e-6) ? 'singular' : 'ok');
    }
  });
});

describe('lmm', () => {
  const rows = simulatedRows('small');

  it('of a balanced one-way layout has the variances of the analysis of variance', () => {
    // groups {1, 3}, {5, 7}, {3, 5}: within 2, between 8; (8 − 2)/2 = 3, t with 2 df
    const values = [1, 3, 5, 7, 3, 5].map((y, i) => ({ y, group: `g${i >> 1}` }));
    const fit = lmm(values, { response: 'y', terms: [], random: ['group'] });
    expect(fit.components!.group).toBeCloseTo(3, 6);
    expect(fit.components!.residual).toBeCloseTo(2, 6);
    const [intercept] = fit.coefficients;
    expect(intercept!.estimate).toBeCloseTo(4, 12);
    expect(intercept!.se).toBeCloseTo(Math.sqrt(8 / 6), 6);
    expect(intercept!.df).toBeCloseTo(2, 4);
  });

  it('follows a change of unit', () => {
    const [first, second] = [1, 1000].map(
      (unit) =>
        lmm(
          rows.map((row) => ({ ...row, logSeconds: unit * row.logSeconds })),
          OPTIONS,
        ).coefficients[1]!,
    );
    expect(relativeError(second!.estimate!, 1000 * first!.estimate!)).toBeLessThan(1e-8);
    expect(relativeError(second!.statistic!, first!.statistic!)).toBeLessThan(1e-6);
    expect(relativeError(second!.df!, first!.df!)).toBeLessThan(1e-4);
  });

  it('has a status where nothing is left unexplained', () => {
    const same = rows.map((row) => ({ ...row, logSeconds: row.session === 'A' ? 1 : 2 }));
    const fit = lmm(same, OPTIONS);
    expect(fit).toMatchObject({ status: 'zero-variance', residualSd: null, logLikelihood: null });
    expect(fit.coefficients[0]).toMatchObject({ status: 'zero-variance', pValue: null });
    const byImage = rows.map((row) => ({ ...row, logSeconds: Number(row.case.slice(1)) ** 2 }));
    expect(lmm(byImage, OPTIONS).status).toBe('zero-variance');
  });

  it('refuses what is not valid', () => {
    expect(() => lmm(rows, { ...OPTIONS, criterion: 'LS' as 'ML' })).toThrow(
      'lmm: criterion must be REML or ML, got LS',
    );
    const single = rows.map((row, i) => ({ ...row, case: `c${i}` }));
    expect(() => lmm(single, OPTIONS)).toThrow(
      'lmm: case must have fewer levels than rows, got 150',
    );
  });
});
