import {
  type Alternative,
  type ResultContext,
  type TestResult,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import type { ModelTerms } from './design-matrix.ts';
import { bilinear } from './design-products.ts';

/** A coefficient, or a combination of some, with its test against 0. */
export type ModelCoefficient<Status extends string> = (TestResult | UndefinedResult<Status>) & {
  /** Its name as R writes it: `(Intercept)`, `session5`, `session5:readerR2`. */
  readonly term: string;
};

/** Options of every model. */
export interface ModelOptions {
  /** Confidence level; default 0.95. */
  readonly level?: number;
  /** Of the coefficients; default 'two-sided'. */
  readonly alternative?: Alternative;
  /** Linear combinations to test as well: name → { term: weight }. */
  readonly contrasts?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What every fitted model says. Where there are no estimates, `covariance` is null. */
export interface FittedModel<Status extends string> extends ResultContext {
  /** 'ok'; 'singular', where some spread is estimated as 0 and the estimates stand; or why there are none. */
  readonly status: 'ok' | 'singular' | Status;
  /** The formula as it was used, for predictions. */
  readonly model: ModelTerms;
  /** The intercept first, then main effects before interactions; each carries its own status. */
  readonly coefficients: readonly ModelCoefficient<Status>[];
  /** The combinations that were asked for. */
  readonly contrasts: readonly ModelCoefficient<Status>[];
  /** Of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[] | null;
}

/** Estimates and what is known of their errors. */
export interface Estimates {
  readonly coefficients: Float64Array;
  /** Row-major. */
  readonly covariance: Float64Array;
  /** Degrees of freedom of a combination; null: the normal distribution. */
  readonly dfOf: (weights: Float64Array) => number | null;
  /** Variances below this share of these are 0: rounding left them; row-major. */
  readonly scale?: Float64Array;
}

/** Every coefficient and combination with its test; without estimates, with the reason. */
export function modelTests<Status extends string>(
  names: readonly string[],
  estimates: Estimates | Status,
  { options, context }: { readonly options: ModelOptions; readonly context: ResultContext },
): Pick<FittedModel<Status | 'zero-variance'>, 'coefficients' | 'contrasts' | 'covariance'> {
  const { level = 0.95, alternative = 'two-sided', contrasts = {} } = options;
  const test = (
    term: string,
    weights: Float64Array,
  ): ModelCoefficient<Status | 'zero-variance'> => {
    const named = { ...context, term };
    if (typeof estimates === 'string') return undefinedResult(estimates, { alternative }, named);
    const { coefficients, covariance, dfOf, scale = covariance } = estimates;
    const estimate = weights.reduce((sum, weight, j) => sum + weight * coefficients[j]!, 0);
    const variance = bilinear(weights, covariance, weights);
    if (!(variance > 1e-14 * bilinear(weights, scale, weights))) {
      return undefinedResult('zero-variance', { estimate, se: 0, alternative }, named);
    }
    const known = { estimate, se: Math.sqrt(variance), df: dfOf(weights), alternative, level };
    return waldTest(known, named);
  };
  const unit = (j: number): Float64Array => Float64Array.from(names, (_, i) => (i === j ? 1 : 0));
  return {
    coefficients: names.map((name, j) => test(name, unit(j))),
    contrasts: Object.entries(contrasts).map(([name, weights]) =>
      test(
        name,
        Float64Array.from(names, (term) => weights[term] ?? 0),
      ),
    ),
    covariance: typeof estimates === 'string' ? null : matrixRows(estimates.covariance),
  };
}

/** @throws RangeError if the level is not valid, or a combination names no coefficient */
export function checkModelOptions(
  caller: string,
  names: readonly string[],
  { level = 0.95, contrasts = {} }: ModelOptions,
): void {
  checkLevel(caller, level);
  for (const [name, weights] of Object.entries(contrasts)) {
    const unknown = Object.keys(weights).filter((term) => !names.includes(term));
    if (unknown.length > 0 || !Object.values(weights).some((weight) => weight !== 0)) {
      throw new RangeError(
        `${caller}: contrast ${name} must weight some of ${names.join(', ')}, got ${JSON.stringify(weights)}`,
      );
    }
  }
}

function matrixRows(matrix: Float64Array): readonly (readonly number[])[] {
  const size = Math.sqrt(matrix.length);
  return Array.from({ length: size }, (_, row) => [
    ...matrix.subarray(row * size, (row + 1) * size),
  ]);
}
