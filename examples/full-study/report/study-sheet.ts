import type { CohortRecord } from '../cohort.ts';
import { DIRECTIONS, type Direction } from '../fakes.ts';
import { type TripletColumn, tripletSheet } from './triplet-sheet.ts';

/** Patients of each direction on the sheet. */
const PICTURED = 3;

const TITLES: Readonly<Record<Direction, string>> = {
  remove: 'cancer removed',
  insert: 'cancer inserted',
};

/** One picture of a study or a probe: the first removals on the left, the first insertions on the right. */
export function studySheet(
  triplets: Readonly<Record<Direction, TripletColumn['pairs']>>,
  { kind, height, width }: Pick<CohortRecord, 'kind' | 'height' | 'width'>,
): Uint8Array {
  const columns = DIRECTIONS.map((direction) => ({
    title: TITLES[direction],
    pairs: triplets[direction].slice(0, PICTURED),
  }));
  const footer =
    kind === 'synthetic'
      ? 'All images are synthetic: phantoms and fakes of them.'
      : 'The fakes are synthetic images.';
  const Description = `SYNTHETIC IMAGES beside their originals: ${Object.values(TITLES).join(', ')}`;
  const text = { Synthetic: 'yes', Description };
  return tripletSheet(columns, { height, width }, { footer, text });
}

/** Places of the first image of each patient, in the order given: a choice that nobody made by looking. */
export function firstOfPatients(images: readonly { readonly patientId: string }[]): number[] {
  const patients = images.map(({ patientId }) => patientId);
  return [...patients.keys()].filter((place) => patients.indexOf(patients[place] ?? '') === place);
}
