import { SPLITS, type Split } from './split.ts';

/** A patient with images in more than one split. */
export interface SplitLeak {
  /** As the images name the patient. */
  readonly patientId: string;
  /** The patient's splits, in the order training, validation, test. */
  readonly splits: readonly Split[];
  /** Indices of the patient's images. */
  readonly images: readonly number[];
}

/**
 * Finds the patients whose images are in more than one split: a model that is tested on them has seen them.
 *
 * The official lists of CBIS-DDSM share 31 patients across training and test: 18 patients of the mass test list are in the
 * calcification training list, 13 of the calcification test list in the mass training list.
 *
 * @param images - images without a `split` are no leak
 * @returns by patient, in the order of their first image; none if there is no leak
 * @example
 * ```ts
 * const leaks = findSplitLeaks([
 *   { patientId: 'P1', split: 'training' },
 *   { patientId: 'P1', split: 'test' },
 * ]);
 * leaks[0]?.splits; // => ['training', 'test']
 * ```
 */
export function findSplitLeaks(
  images: readonly { readonly patientId: string; readonly split?: Split }[],
): readonly SplitLeak[] {
  const patients = new Map<string, { splits: Set<Split>; images: number[] }>();
  for (const [index, { patientId, split }] of images.entries()) {
    const patient = patients.get(patientId) ?? { splits: new Set<Split>(), images: [] };
    patients.set(patientId, patient);
    patient.images.push(index);
    if (split !== undefined) patient.splits.add(split);
  }
  return [...patients]
    .filter(([, { splits }]) => splits.size > 1)
    .map(([patientId, found]) => ({
      patientId,
      splits: SPLITS.filter((split) => found.splits.has(split)),
      images: found.images,
    }));
}
