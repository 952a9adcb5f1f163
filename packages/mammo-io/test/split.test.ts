import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseImage, LesionType } from '../src/case-image.ts';
import { phantomCohort } from '../src/phantom/cohort.ts';
import { SPLITS, type Split, splitByPatient } from '../src/split.ts';

interface Row extends CaseImage {
  split?: Split;
}

function patient(id: string, label: CaseImage['label'], views = 2): Row[] {
  return Array.from({ length: views }, (_, i) => ({
    imageId: `${id}-${i}`,
    patientId: id,
    laterality: i % 2 ? 'L' : 'R',
    view: i < 2 ? 'CC' : 'MLO',
    label,
  }));
}

function cohort(positives: number, negatives: number): Row[] {
  return [
    ...Array.from({ length: positives }, (_, i) => patient(`p${i}`, 'positive')).flat(),
    ...Array.from({ length: negatives }, (_, i) => patient(`n${i}`, 'negative', 4)).flat(),
  ];
}

function countPatients(images: readonly Row[], indices: readonly number[], label: string): number {
  const chosen = indices.map((index) => images[index]).filter((image) => image?.label === label);
  return new Set(chosen.map((image) => image?.patientId)).size;
}

describe('splitByPatient', () => {
  test('divides the cohort of the paper as the paper does', () => {
    const images = cohort(366, 918);
    const split = splitByPatient(images, { seed: 1 });
    const counts = SPLITS.map((name) => [
      countPatients(images, split[name], 'positive'),
      countPatients(images, split[name], 'negative'),
    ]);
    expect(counts).toEqual([
      [293, 734],
      [36, 93],
      [37, 91],
    ]);
    expect(split.test.length).toBe(438);
  });

  test('spreads the lesion types evenly', () => {
    const { images } = phantomCohort({ seed: 2, height: 96, width: 80 });
    for (const seed of [1, 2, 3]) {
      const { test: indices } = splitByPatient(images, { seed });
      const count = (type: LesionType) =>
        indices.filter((index) => images[index]?.lesionType === type).length / 2;
      expect(Math.abs(count('mass') - 27)).toBeLessThanOrEqual(1);
      expect(count('mass') + count('calcifications')).toBe(37);
    }
  });

  test('never separates a patient and places every image once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 30 }),
        fc.integer({ min: 3, max: 30 }),
        fc.integer(),
        (positives, negatives, seed) => {
          const images = cohort(positives, negatives);
          const split = splitByPatient(images, { seed });
          const all = SPLITS.flatMap((name) => [...split[name]]);
          expect(all.sort((a, b) => a - b)).toEqual(images.map((_, i) => i));
          const homes = new Map<string, Split>();
          for (const name of SPLITS) {
            expect(countPatients(images, split[name], 'positive')).toBeGreaterThan(0);
            expect(countPatients(images, split[name], 'negative')).toBeGreaterThan(0);
            for (const index of split[name]) {
              const id = images[index]?.patientId ?? '';
              expect(homes.get(id) ?? name).toBe(name);
              homes.set(id, name);
            }
          }
        },
      ),
    );
  });

  test('follows from the seed', () => {
    const images = cohort(20, 30);
    expect(splitByPatient(images, { seed: 1 })).toEqual(splitByPatient(images, { seed: 1 }));
    expect(splitByPatient(images, { seed: 2 })).not.toEqual(splitByPatient(images, { seed: 1 }));
  });

  test('keeps patients in the split that they carry and divides the others', () => {
    const images = cohort(12, 12);
    const fixed = images.map((image, i) =>
      i === 0 ? { ...image, split: 'test' as const } : image,
    );
    for (const seed of [1, 2, 3, 4]) {
      const { test: indices } = splitByPatient(fixed, { seed });
      expect(indices).toEqual(expect.arrayContaining([0, 1]));
    }
    const all = images.map((image, i) => ({
      ...image,
      split: SPLITS[Math.floor(i / 4) % 3] as Split,
    }));
    const split = splitByPatient(
      all.map((image) => ({
        ...image,
        split: SPLITS[Number(image.patientId.slice(1)) % 3] as Split,
      })),
      { seed: 1 },
    );
    expect(countPatients(images, split.training, 'positive')).toBe(4);
    expect(countPatients(images, split.test, 'negative')).toBe(4);
  });

  test('a patient is positive if any image is', () => {
    const images = [
      ...cohort(2, 3),
      ...patient('x', 'negative', 1),
      ...patient('x', 'positive', 1),
    ];
    expect(splitByPatient(images, { seed: 1 }).test.length).toBeGreaterThan(0);
  });

  test('leaves a split of fraction 0 empty', () => {
    const split = splitByPatient(cohort(4, 4), { seed: 1, fractions: [0.5, 0.5, 0] });
    expect(split.test).toEqual([]);
    expect(split.validation.length).toBe(2 * 2 + 2 * 4);
  });

  test('lists all that is wrong', () => {
    const images = cohort(2, 3);
    const torn = images.map((image, i) => ({
      ...image,
      split: (i === 0 ? 'test' : 'training') as Split,
    }));
    expect(() => splitByPatient(torn, { seed: 1 })).toThrow(
      'splitByPatient: patient p0 must be in one split, got test and training (image 1); ' +
        'the validation split needs a positive patient, got none (the cohort has 2); ' +
        'the validation split needs a negative patient, got none (the cohort has 3); ' +
        'the test split needs a negative patient, got none (the cohort has 3)',
    );
    expect(() => splitByPatient(images, { seed: 1 })).toThrow(
      'split needs a positive patient, got none (the cohort has 2)',
    );
    expect(() => splitByPatient(images, { seed: 1, fractions: [0.8, 0.1, 0.2] })).toThrow(
      'splitByPatient: fractions must be shares of 1, got [0.8,0.1,0.2]',
    );
  });
});
