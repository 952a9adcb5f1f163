import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelData } from '../../src/models/design-matrix.ts';
import { type GlmmOptions, glmm } from '../../src/models/glmm.ts';
import { laplaceDeviance } from '../../src/models/laplace-deviance.ts';
import { randomEffects } from '../../src/models/random-effects.ts';
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
  terms: ['session'],
  random: ['case', 'reader'],
} as const satisfies GlmmOptions<SimulatedRow>;

/** Estimates and standard errors of a golden that gives them by name. */
const valuesOf = (golden: {
  readonly coef: Readonly<Record<string, number>>;
  readonly se: Readonly<Record<string, number>>;
}): { readonly estimate: readonly number[]; readonly se: readonly number[] } => ({
  estimate: Object.values(golden.coef),
  se: Object.values(golden.se),
});

/** Spreads as lme4 orders them: most levels first. */
const spreads = (fit: ReturnType<typeof glmm>): readonly number[] =>
  [...fit.random].sort((a, b) => b.levels - a.levels).map(({ sd }) => sd);

describe('glmm agrees with lme4', () => {
  describe.each(['real', 'fake'] as const)(
    'on the golden study, %s images',
    { timeout: 60_000 },
    (truth) => {
      const rows = studyRows(truth);

      it('random readers and images, as lme4 computes them by default', () => {
        const golden = goldens[`glmm_laplace_${truth}`];
        const fit = glmm(rows, { ...OPTIONS, compat: 'lme4' });
        expectCoefficients(fit.coefficients, valuesOf(golden), { estimate: 5e-5, se: 1e-3 });
        expect(Math.abs(fit.logLikelihood! - golden.logLik)).toBeLessThan(5e-5);
        const [image, reader] = fit.random;
        expect(Math.abs(image!.sd - golden.sd_image)).toBeLessThan(1e-4);
        expect(Math.abs(reader!.sd - golden.sd_reader)).toBeLessThan(1e-4);
        fit.coefficients.forEach(({ term, pValue }) => {
          expect(Math.abs(pValue! - golden.p[term])).toBeLessThan(1e-4);
        });
        expect(fit).toMatchObject({ status: 'ok', n: { rows: 2190, case: 438, reader: 5 } });
      });

      it('fixed readers and random images, as lme4 computes them by default', () => {
        const golden = goldens[`glmm_fixedreader_${truth}`];
        const terms = ['session', 'reader', 'session:reader'] as const;
        const fit = glmm(rows, { ...OPTIONS, terms, random: ['case'], compat: 'lme4' });
        expect(fit.coefficients.map(({ term }) => term)).toEqual(Object.keys(golden.coef));
        expectCoefficients(fit.coefficients, valuesOf(golden), { estimate: 5e-5, se: 1e-3 });
        expect(Math.abs(fit.random[0]!.sd - golden.sd_image)).toBeLessThan(1e-4);
        expect(Math.abs(fit.logLikelihood! - golden.logLik)).toBeLessThan(5e-5);
      });

      // lme4's search for û ends early: its log likelihoods are up to 0.004 too low here and its standard
      // errors up to 1.2 % off
      it('without that, within what lme4 loses', () => {
        const golden = goldens[`glmm_laplace_${truth}`];
        const fit = glmm(rows, OPTIONS);
        expectCoefficients(fit.coefficients, valuesOf(golden), { estimate: 2e-3, se: 1.2e-2 });
        expect(fit.logLikelihood! - golden.logLik).toBeGreaterThan(0);
        expect(fit.logLikelihood! - golden.logLik).toBeLessThan(1e-3);
      });
    },
  );

  it('where lme4 searches for û to the end (tolPwrss = 1e-13), far closer', () => {
    const fit = glmm(studyRows('real'), OPTIONS);
    const exact = {
      estimate: [1.601808171189, -0.199374528368],
      se: [0.52916610737, 0.12415862318],
    };
    expectCoefficients(fit.coefficients, exact, { estimate: 1e-5, se: 1e-3 });
    expect(Math.abs(fit.logLikelihood! + 1023.64005867)).toBeLessThan(1e-7);
  });

  it.each(SIMULATED_SETS)('on unbalanced and singular simulated answers: %s', (set) => {
    const rows = simulatedRows(set);
    for (const golden of simulatedFits(set, 'glmm')) {
      const fit = glmm(rows, { ...OPTIONS, ...parseFormula(golden.formula) });
      expectCoefficients(fit.coefficients, golden, { estimate: 1e-5, se: 1e-4 });
      expect(Math.abs(fit.logLikelihood! - golden.logLikelihood)).toBeLessThan(1e-6);
      const sds: readonly number[] = [golden.sd].flat();
      for (const [k, sd] of spreads(fit).entries()) {
        expect(Math.abs(sd - sds[k]!)).toBeLessThan(1e-5);
      }
      expect(fit.status).toBe(sds.some((sd) => sd < 1e-4) ? 'singular' : 'ok');
    }
  });
});

describe('compat lme4', { timeout: 60_000 }, () => {
  it.each(SIMULATED_SETS)(
    'has the standard errors and log likelihood of its defaults: %s',
    (set) => {
      const rows = simulatedRows(set);
      for (const golden of simulatedFits(set, 'glmm')) {
        const fit = glmm(rows, { ...OPTIONS, ...parseFormula(golden.formula), compat: 'lme4' });
        const target = { estimate: golden.estimate, se: golden.default_se };
        // with many coefficients lme4's own search (Nelder-Mead) ends before the optimum
        const [se, height] = golden.estimate.length > 4 ? [1e-2, 1e-3] : [1e-3, 1e-4];
        expectCoefficients(fit.coefficients, target, { estimate: 5e-3, se });
        expect(Math.abs(fit.logLikelihood! - golden.default_logLikelihood)).toBeLessThan(height);
        expect(fit.method).toContain('as lme4 computes it');
      }
    },
  );

  it('is the only profile', () => {
    const options = { ...OPTIONS, compat: 'sas' as 'lme4' };
    expect(() => glmm(simulatedRows('small'), options)).toThrow(
      'glmm: compat must be lme4 or absent, got sas',
    );
  });
});

describe('the Laplace deviance', () => {
  const rows = simulatedRows('unbalanced');
  const { design, response } = modelData('test', rows, { response: 'correct', terms: ['session'] });
  const effects = randomEffects('test', rows, ['reader', 'case', 'reader:session']);
  const model = { design, response, effects };
  const start = new Float64Array(effects.size);

  it('has the gradient that central differences give', () => {
    const parameter = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.array(parameter, { minLength: 5, maxLength: 5 }), (values) => {
        const at = Float64Array.from(values);
        const { gradient } = laplaceDeviance(model, at, start);
        at.forEach((value, k) => {
          const moved = (by: number) =>
            laplaceDeviance(
              model,
              at.map((old, j) => (j === k ? value + by : old)),
              start,
            ).value;
          const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
          expect(Math.abs(gradient[k]! - difference)).toBeLessThan(
            1e-4 * (1 + Math.abs(difference)),
          );
        });
      }),
      { numRuns: 15 },
    );
  });

  it('of spreads of 0 is that of logistic regression', () => {
    const eta = 0.4;
    const at = Float64Array.from([0, 0, 0, eta, 0]);
    const { value, modes } = laplaceDeviance(model, at, start);
    const ones = response.reduce((sum, y) => sum + y, 0);
    const binomial = ones * eta - rows.length * Math.log(1 + Math.exp(eta));
    expect(relativeError(value, -2 * binomial)).toBeLessThan(1e-12);
    expect(modes.every((mode) => mode === 0)).toBe(true);
  });
});

describe('glmm', () => {
  const rows = simulatedRows('small');

  it('says that a fit is singular, and keeps its coefficients', () => {
    const fit = glmm(rows, { ...OPTIONS, random: ['reader:session', 'case', 'reader'] });
    expect(fit.status).toBe('singular');
    expect(fit.warnings).toEqual([
      'singular fit: the standard deviation of reader:session is estimated as 0',
    ]);
    expect(fit.random.map(({ name }) => name)).toEqual(['reader:session', 'case', 'reader']);
    expect(fit.components).toMatchObject({ 'reader:session': 0 });
    expect(fit.coefficients.every(({ status }) => status === 'ok')).toBe(true);
  });

  it('has typed statuses where there is no maximum', () => {
    const always = rows.map((row) => ({ ...row, correct: row.session === 'B' ? 1 : row.correct }));
    expect(glmm(always, OPTIONS)).toMatchObject({
      status: 'separated',
      random: [],
      logLikelihood: null,
      covariance: null,
    });
    // every reader gives an image the same answer: the spread of images has no limit
    const agreed = rows.map((row) => ({ ...row, correct: Number(row.case.slice(1)) % 2 }));
    const fit = glmm(agreed, { ...OPTIONS, random: ['case'] });
    expect(fit.status).toBe('separated');
    expect(fit.coefficients[0]).toMatchObject({ status: 'separated', estimate: null });
  });

  it('refuses what is not valid', () => {
    expect(() => glmm(rows, { ...OPTIONS, random: [] })).toThrow(
      'glmm: random must name one or more different columns, got []',
    );
    expect(() => glmm(rows, { ...OPTIONS, random: ['case', 'case'] })).toThrow(
      'glmm: random must name one or more different columns, got ["case","case"]',
    );
    expect(() => glmm([{ ...rows[0]!, correct: 0.5 }, ...rows], OPTIONS)).toThrow(
      'glmm: responses must be 0 or 1, got 0.5',
    );
    expect(() => glmm(rows, { ...OPTIONS, random: ['order'] })).toThrow(
      'glmm: column order must hold text',
    );
  });
});
