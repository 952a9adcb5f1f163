import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetCurve } from '../src/budget-curve.ts';
import { evaluateDetector } from '../src/detectors/evaluate-detector.ts';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import type { EvaluationResults } from '../src/evaluation-results.ts';
import { sanityFlags } from '../src/sanity/sanity-flags.ts';
import { systemOutcome } from '../src/system-outcome.ts';
import { transferMatrix } from '../src/transfer-matrix.ts';
import { pair } from './pairs.ts';
import { paperRecords } from './paper-records.ts';

const schema = JSON.parse(
  readFileSync(new URL('../results.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

/** The complaints about results as they are after JSON. */
function complaints(results: unknown): readonly string[] {
  validate(JSON.parse(JSON.stringify(results)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Names of the properties that are NaN or infinite. */
function namesOfLostNumbers(value: unknown): readonly string[] {
  const names: string[] = [];
  JSON.stringify(value, (name, content) => {
    if (typeof content === 'number' && !Number.isFinite(content)) names.push(name);
    return content;
  });
  return names;
}

const evaluation = evaluatePaired(paperRecords, {
  bootstrap: { unit: 'patient', replicates: 200, seed: 1 },
  operatingPoints: [
    {
      policy: 'specificity',
      atLeast: 0.9,
      reference: {
        scores: paperRecords.map((record) => record.scoreReal),
        labels: paperRecords.map((record) => record.label),
      },
    },
  ],
});

const results: EvaluationResults = {
  schema: 'adversarial-eval/1',
  title: 'paper',
  evaluation,
  flags: sanityFlags({ records: paperRecords, scoreKind: 'probability' }),
  transfer: transferMatrix(
    paperRecords.map((record) => ({ ...record, craftedOn: 'A', victimId: 'A' })),
  ),
  budget: budgetCurve(paperRecords.map((record) => ({ ...record, epsilon: 1 }))),
  detectors: [
    {
      name: 'any',
      evaluation: evaluateDetector(
        paperRecords.flatMap(({ scoreReal, scoreFake }) => [scoreReal, scoreFake]),
        paperRecords.flatMap(({ caseId, patientId }) =>
          [false, true].map((fake) => ({ caseId, patientId, fake })),
        ),
        {
          reference: { scores: [0.1, 0.5, 0.2], patientIds: ['A', 'B', 'C'] },
          falseAlarmRates: [0.001, 0.4],
          bootstrap: { replicates: 100, seed: 1 },
        },
      ),
    },
  ],
  system: systemOutcome(
    {
      pairs: evaluation.pairs,
      reads: ['R1', 'R2'].flatMap((reader) =>
        paperRecords.map(({ caseId }) => ({ reader, caseId, answer: 'real' as const })),
      ),
    },
    { unsure: 'passes', missing: 'error' },
  ),
};

describe('results.schema.json', () => {
  it('describes all results', () => {
    expect(complaints(results)).toEqual([]);
  });

  it('refuses numbers that are lost, properties that are missing and ones that are unknown', () => {
    const { title, budget, ...rest } = results;
    expect(complaints({ ...rest, evaluation: { ...evaluation, threshold: Number.NaN } })).toContain(
      '/evaluation/threshold must be number',
    );
    const { fooled, ...without } = evaluation;
    expect(complaints({ ...rest, evaluation: { ...without, fooledRates: fooled } })).toEqual([
      "/evaluation must have required property 'fooled'",
      '/evaluation must NOT have additional properties',
    ]);
    expect(title).toBe('paper');
    expect(complaints({ ...rest, budget: { ...budget, decreasesAt: 3 } })).toHaveLength(1);
  });

  it('describes evaluations of any valid records, however degenerate', () => {
    const records = fc
      .array(
        fc.record({
          positive: fc.boolean(),
          patient: fc.integer({ min: 0, max: 3 }),
          scores: fc.tuple(fc.constantFrom(0, 0.5, 1, 0.7), fc.constantFrom(0, 0.5, 1, 0.7)),
          density: fc.constantFrom('A', undefined),
        }),
        { maxLength: 12 },
      )
      .map((rows) => [
        pair('p', 'positive', [1, 0]),
        pair('n', 'negative', [0, 1]),
        ...rows.map(({ positive, patient, scores, density }, i) =>
          pair(`${i}`, positive ? 'positive' : 'negative', scores, {
            patientId: `${patient}`,
            ...(density && { strata: { density } }),
          }),
        ),
      ]);
    fc.assert(
      fc.property(records, fc.boolean(), (given, draw) => {
        const bootstrap = { unit: 'patient', replicates: 100, seed: 3 } as const;
        const any = evaluatePaired(given, draw ? { bootstrap } : {});
        expect(complaints({ schema: 'adversarial-eval/1', evaluation: any })).toEqual([]);
        expect(namesOfLostNumbers(any)).toEqual([]);
      }),
    );
  });
});
