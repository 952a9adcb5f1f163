import {
  DEMO_READERS,
  planReaderStudy,
  type SimulatedRead,
  type StudyCase,
  type StudyFake,
  simulateReads,
} from '@mammo/reader-study-stats';

/**
 * Answers of five invented readers to the paper's sessions 2, 3 and 5, at their full size. Education is
 * put in as changes of skill and of criterion; no session changes reading times, and nothing is learned
 * within a session. Every read is marked simulated: none says anything about radiologists.
 */
export function simulatedReads(seed: number): readonly SimulatedRead[] {
  const cases = (['training', 'validation', 'test'] as const).flatMap((split) => [
    ...patients(split, 'positive', { count: 80, views: 2 }),
    ...patients(split, 'negative', { count: 200, views: 4 }),
  ]);
  const fakes = cases.map(
    ({ caseId, label }): StudyFake => ({
      fakeId: `fake-of-${caseId}`,
      caseId,
      intendedLabel: label === 'positive' ? 'negative' : 'positive',
    }),
  );
  const readers = DEMO_READERS.map(({ reader }) => reader);
  return simulateReads(planReaderStudy({ cases, fakes, readers, seed }), DEMO_READERS, { seed });
}

function patients(
  split: StudyCase['split'],
  label: StudyCase['label'],
  { count, views }: { readonly count: number; readonly views: number },
): readonly StudyCase[] {
  return Array.from({ length: count * views }, (_, i) => {
    const patientId = `${split}-${label}-${Math.floor(i / views)}`;
    return { caseId: `${patientId}-${i % views}`, patientId, label, split };
  });
}
