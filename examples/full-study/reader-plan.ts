import type { CaseImage, Split } from '@mammo/mammo-io';
import { DEMO_READERS, planReaderStudy, type StudyPlan } from '@mammo/reader-study-stats';
import type { Cohort } from './cohort.ts';
import { directionOf, fakeId } from './fakes.ts';

/**
 * The five sessions of the paper on this cohort: a pure function of cohort and seed, so that the evaluation knows which
 * fakes the readers will see. `undefined` when the cohort is too small for even one image of each kind.
 */
export function makeReaderPlan({ set, record }: Cohort, seed: number): StudyPlan | undefined {
  const splitOf = new Map<number, Split>();
  for (const [split, indices] of Object.entries(record.splits)) {
    for (const index of indices) splitOf.set(index, split as Split);
  }
  const intended = (image: CaseImage) => (image.label === 'positive' ? 'negative' : 'positive');
  try {
    return planReaderStudy({
      cases: set.images.map((image, index) => ({
        caseId: image.imageId,
        patientId: image.patientId,
        label: image.label,
        split: splitOf.get(index) ?? 'training',
      })),
      fakes: set.images.map((image) => ({
        fakeId: fakeId(image.imageId, directionOf(image)),
        caseId: image.imageId,
        intendedLabel: intended(image),
      })),
      readers: DEMO_READERS.map(({ reader }) => reader),
      seed,
    });
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('cohort must fill')) return undefined;
    throw error;
  }
}

/** Ids of the real images whose fakes the plan shows. */
export function fakedSources(plan: StudyPlan): Set<string> {
  const shown = plan.sessions.flatMap(({ images, triplets }) => [
    ...images.filter(({ truth }) => truth === 'fake').map(({ sourceCase }) => sourceCase),
    ...triplets.map(({ real }) => real),
  ]);
  return new Set(shown);
}
