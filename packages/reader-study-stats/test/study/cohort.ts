import type { Split, StudyCase, StudyFake } from '../../src/study/study-cohort.ts';

/** Patients per split: positives have 2 images, negatives 4, as in the paper. */
export function cohort(patients: Record<Split, { positive: number; negative: number }>): {
  cases: StudyCase[];
  fakes: StudyFake[];
} {
  const cases: StudyCase[] = [];
  for (const split of ['training', 'validation', 'test'] as const) {
    for (const label of ['positive', 'negative'] as const) {
      for (let p = 0; p < patients[split][label]; p++) {
        const patientId = `${split}-${label}-${p}`;
        const views = label === 'positive' ? 2 : 4;
        for (let v = 0; v < views; v++)
          cases.push({ caseId: `${patientId}-${v}`, patientId, label, split });
      }
    }
  }
  const fakes = cases.map(({ caseId, label }) => ({
    fakeId: `${caseId}-fake`,
    caseId,
    intendedLabel: label === 'positive' ? ('negative' as const) : ('positive' as const),
  }));
  return { cases, fakes };
}

/** 1,284 patients, split as in the paper. */
export const paperCohort: ReturnType<typeof cohort> = cohort({
  training: { positive: 292, negative: 734 },
  validation: { positive: 37, negative: 93 },
  test: { positive: 37, negative: 91 },
});
