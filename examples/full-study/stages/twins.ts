import { drawPatient, phantomCohort } from '@mammo/mammo-io';
import { PRESETS, type PresetName } from '../presets.ts';
import { cohortOptions } from './draw-cohort-task.ts';

/** The images of the synthetic cohort with these ids, drawn without their lesions: the perfect removal. */
export function drawTwins(
  { preset, seed }: { readonly preset: PresetName; readonly seed: number },
  imageIds: readonly string[],
): Uint16Array[] {
  const plan = phantomCohort(cohortOptions(PRESETS[preset], seed));
  const wanted = new Set(imageIds);
  const twins = new Map<string, Uint16Array>();
  for (const [index, patient] of plan.patients.entries()) {
    if (!patient.images.some(({ imageId }) => wanted.has(imageId))) continue;
    for (const { image, twin } of drawPatient(plan, index, { twins: true })) {
      if (twin) twins.set(image.imageId, twin);
    }
  }
  return imageIds.map((id) => {
    const twin = twins.get(id);
    if (!twin) throw new Error(`study: the cohort has no positive image ${id}`);
    return twin;
  });
}
