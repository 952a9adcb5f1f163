import { drawPatient, type ImageSet, memoryImageSet, phantomCohort } from '@mammo/mammo-io';

/** A few phantoms with easily seen cancers in memory, 48 × 40; those of another seed are other patients. */
export function smallCohort(seed: number, patients: number): ImageSet {
  const size = { height: 48, width: 40 };
  const plan = phantomCohort({ seed, ...size, patients, positiveShare: 0.5, conspicuity: 3 });
  const drawn = plan.patients.flatMap((_, patient) => drawPatient(plan, patient));
  return memoryImageSet({
    ...size,
    images: drawn.map(({ image }) => ({
      ...image,
      imageId: `${seed}-${image.imageId}`,
      patientId: `${seed}-${image.patientId}`,
    })),
    pixels: drawn.map(({ pixels }) => pixels),
    masks: drawn.map(({ mask }) => mask),
  });
}
