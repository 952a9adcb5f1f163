import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../results.schema.json' with { type: 'json' };
import type { EvaluationResults } from '../evaluation-results.ts';

/** Something in a results file that its schema does not allow. */
export interface ResultsProblem {
  /** JSON pointer, '' for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** Thrown for a results file that is not one; lists everything that is wrong. */
export class ResultsError extends Error {
  readonly problems: readonly ResultsProblem[];

  constructor(problems: readonly ResultsProblem[]) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    const lines = problems.map(({ path, message }) => `\n  ${path || 'the file'}: ${message}`);
    super(`results: ${count}${lines.join('')}`);
    this.name = 'ResultsError';
    this.problems = problems;
  }
}

/**
 * Results from what JSON has, if `results.schema.json` describes it.
 *
 * @throws ResultsError listing every problem with its place
 */
export function checkResults(value: unknown): EvaluationResults {
  const validate = new Ajv2020({ allErrors: true }).compile<EvaluationResults>(schema);
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => ({
    path: instancePath,
    message: [message, ...named(params)].join(': '),
  }));
  throw new ResultsError(problems);
}

/** The property that is too much, which the message leaves out. */
function named(params: Readonly<Record<string, unknown>>): readonly string[] {
  const { additionalProperty } = params;
  return typeof additionalProperty === 'string' ? [additionalProperty] : [];
}
