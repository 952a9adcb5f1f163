import { budgetCurve } from '../../src/budget-curve.ts';
import { evaluateDetector } from '../../src/detectors/evaluate-detector.ts';
import { evaluatePaired } from '../../src/evaluate-paired.ts';
import type { EvaluationResults } from '../../src/evaluation-results.ts';
import { sanityFlags } from '../../src/sanity/sanity-flags.ts';
import { systemOutcome } from '../../src/system-outcome.ts';
import { transferMatrix } from '../../src/transfer-matrix.ts';
import { paperRecords } from '../paper-records.ts';

/** The paper's counts in two strata, attacked with two budgets and on two models, told by a detector, read by two readers. */
export function studyResults(title = 'paper'): EvaluationResults {
  const records = paperRecords.map((record, i) => ({
    ...record,
    strata: { density: i % 2 ? 'C' : 'D' },
  }));
  const evaluation = evaluatePaired(records, {
    operatingPoints: [{ policy: 'fixed', threshold: 0.3 }],
  });
  const models = ['A', 'B'];
  return {
    schema: 'adversarial-eval/1',
    title,
    evaluation,
    flags: sanityFlags({ records, scoreKind: 'probability' }),
    budget: budgetCurve(
      [1, 2].flatMap((epsilon) =>
        records.map((record, i) => ({
          ...record,
          epsilon,
          scoreFake: i % 2 < epsilon ? record.scoreFake : record.scoreReal,
        })),
      ),
    ),
    transfer: transferMatrix(
      models.flatMap((craftedOn) =>
        models.flatMap((victimId) => records.map((record) => ({ ...record, craftedOn, victimId }))),
      ),
    ),
    detectors: [{ name: 'spectrum', evaluation: detectorEvaluation() }],
    system: systemOutcome(
      {
        pairs: evaluation.pairs,
        detector: evaluation.pairs.map(({ caseId }, i) => ({ caseId, flagged: i % 3 === 0 })),
        reads: ['R1', 'R2'].flatMap((reader, r) =>
          records.map(({ caseId }, i) => ({
            reader,
            caseId,
            answer: i % (r + 2) === 0 ? ('real' as const) : ('not-real' as const),
          })),
        ),
      },
      { unsure: 'passes', missing: 'error' },
    ),
  };
}

/** Scores of 60 patients with a real image and a fake each, and of 40 others to choose thresholds on. */
function detectorEvaluation() {
  const images = Array.from({ length: 120 }, (_, i) => ({
    caseId: `case-${i >> 1}`,
    patientId: `evaluated-${i >> 1}`,
    fake: i % 2 === 1,
  }));
  const scores = images.map(({ fake }, i) => ((i * 37) % 100) / 100 + (fake ? 0.3 : 0));
  const others = Array.from({ length: 40 }, (_, i) => i);
  return evaluateDetector(scores, images, {
    reference: {
      scores: others.map((i) => ((i * 13) % 40) / 40),
      patientIds: others.map((i) => `other-${i}`),
    },
    bootstrap: { replicates: 100, seed: 1 },
  });
}
