import { expect } from 'vitest';
import type { ModelCoefficient } from '../../src/models/fitted-model.ts';
import type { Read } from '../../src/reads.ts';
import { fixture, relativeError } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

/** One row of the simulated models. */
export interface SimulatedRow {
  readonly reader: string;
  readonly case: string;
  readonly session: string;
  readonly order: number;
  readonly correct: number;
  readonly logSeconds: number;
}

/** A fit of R's, by the numbers that it gives. */
export interface GoldenFit {
  readonly model: 'gee' | 'glmm' | 'lmm';
  readonly formula: string;
  readonly estimate: readonly number[];
  readonly se: readonly number[];
  // biome-ignore lint/suspicious/noExplicitAny: the rest differs by model and is checked value by value
  readonly [other: string]: any;
}

const simulated = fixture('models_sim.json');

export const SIMULATED_SETS: readonly string[] = Object.keys(simulated);

export function simulatedRows(set: string): readonly SimulatedRow[] {
  return simulated[set].rows.map(
    // biome-ignore lint/suspicious/noExplicitAny: an array of mixed values
    ([reader, image, session, order, correct, logSeconds]: any): SimulatedRow => {
      return { reader, case: image, session, order, correct, logSeconds };
    },
  );
}

export function simulatedFits(set: string, model: GoldenFit['model']): readonly GoldenFit[] {
  return simulated[set].fits.filter((fit: GoldenFit) => fit.model === model);
}

/** The terms and random terms of a formula written for R. */
export function parseFormula(formula: string): {
  readonly terms: 'session'[];
  readonly random: ('case' | 'reader')[];
} {
  const random = [...formula.matchAll(/\(1\|([a-z:]+)\)/g)].map((match) => match[1]!);
  const parts = formula
    .split('~')[1]!
    .split('+')
    .filter((part) => !part.startsWith('('));
  const terms = parts.flatMap((part) => {
    const [a, b] = part.split('*');
    return b === undefined ? [part] : [a!, b, `${a}:${b}`];
  });
  return { terms: terms as 'session'[], random: random as ('case' | 'reader')[] };
}

/** The golden study's answers to real or fake images in sessions 3 and 5, "unsure" being wrong. */
export function studyRows(
  truth: 'real' | 'fake',
): readonly (Read & { readonly correct: number; readonly logSeconds: number })[] {
  return simulatedStudy()
    .filter((read) => read.truth === truth && read.session !== '2')
    .map((read) => ({
      ...read,
      correct: read.label === (read.truth === 'real' ? 'real' : 'not-real') ? 1 : 0,
      logSeconds: Math.log(read.seconds!),
    }));
}

/** Fails unless estimates agree absolutely and standard errors relatively. */
export function expectCoefficients(
  coefficients: readonly ModelCoefficient<string>[],
  golden: Pick<GoldenFit, 'estimate' | 'se'>,
  tolerance: { readonly estimate: number; readonly se: number },
): void {
  expect(coefficients.length).toBe(golden.estimate.length);
  coefficients.forEach(({ term, estimate, se }, j) => {
    const error = Math.abs(estimate! - golden.estimate[j]!);
    expect(error, `estimate of ${term}`).toBeLessThan(tolerance.estimate);
    expect(relativeError(se!, golden.se[j]!), `se of ${term}`).toBeLessThan(tolerance.se);
  });
}
