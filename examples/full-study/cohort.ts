import { join } from 'node:path';
import type { CaseImage, CaseLabel, ImageSet, Split } from '@mammo/mammo-io';
import { openImageStore } from '@mammo/mammo-io/node';

/** What the cohort stage leaves behind: where the pixels lie, and which image belongs to which split. */
export interface CohortRecord {
  readonly kind: 'synthetic' | 'manifest';
  readonly height: number;
  readonly width: number;
  /** Folders of the image stores, relative to the study's folder. */
  readonly stores: readonly string[];
  /** Indices into the images of all stores, ordered by image id. */
  readonly splits: Readonly<Record<Split, readonly number[]>>;
  readonly warnings: readonly string[];
}

/** A cohort that is ready to be used. */
export interface Cohort {
  readonly record: CohortRecord;
  /** All images, ordered by image id whatever store they lie in. */
  readonly set: ImageSet;
}

/** Opens the images of a cohort. */
export async function openCohort(studyPath: string, record: CohortRecord): Promise<Cohort> {
  return { record, set: await openStores(studyPath, record.stores) };
}

/** Opens image stores as one image set. */
export async function openStores(studyPath: string, stores: readonly string[]): Promise<ImageSet> {
  return joinSets(await Promise.all(stores.map((path) => openImageStore(join(studyPath, path)))));
}

/** Image sets as one, ordered by image id: the order does not depend on how the images were shared out. */
function joinSets(sets: readonly ImageSet[]): ImageSet {
  const [first] = sets;
  if (!first) throw new RangeError('joinSets: needs at least one image set, got none');
  const places = sets
    .flatMap((set) => set.images.map((image, index) => ({ set, image, index })))
    .sort((a, b) => (a.image.imageId < b.image.imageId ? -1 : 1));
  const placeAt = (index: number) => {
    const place = places[index];
    if (!place)
      throw new RangeError(`joinSets: index must lie in [0, ${places.length}), got ${index}`);
    return place;
  };
  return {
    height: first.height,
    width: first.width,
    images: places.map(({ image }) => image),
    pixels: (index) => placeAt(index).set.pixels(placeAt(index).index),
    ...(sets.every((set) => set.mask) && {
      mask: async (index: number) => {
        const { set, index: own } = placeAt(index);
        return (await set.mask?.(own)) as Uint8Array;
      },
    }),
  };
}

/** Those of `indices` whose image has the label. */
export function withLabel(
  images: readonly CaseImage[],
  indices: readonly number[],
  label: CaseLabel,
): number[] {
  return indices.filter((index) => images[index]?.label === label);
}

/** Positive and negative images of a split. */
export function countClasses(images: readonly CaseImage[], indices: readonly number[]) {
  return {
    positive: withLabel(images, indices, 'positive').length,
    negative: withLabel(images, indices, 'negative').length,
  };
}
