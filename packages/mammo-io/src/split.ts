import type { CaseImage, CaseLabel } from './case-image.ts';
import { type RandomStream, randomStream } from './random.ts';

/** What an image is for. */
export type Split = 'training' | 'validation' | 'test';

/** The splits, in the order in which fractions are given. */
export const SPLITS: readonly Split[] = ['training', 'validation', 'test'];

/** How {@link splitByPatient} divides a cohort. */
export interface SplitOptions {
  /** Shares of training, validation and test patients; default [0.8, 0.1, 0.1], the paper's. */
  readonly fractions?: readonly [number, number, number];
  /** Names the division. */
  readonly seed: number;
}

/**
 * Divides a cohort into training, validation and test images so that no patient is in two of them.
 *
 * A patient is positive if any of their images is. Within each class patients are drawn at random, lesion types
 * evenly; in each class training and test get the rounded shares of its patients and validation the rest, the
 * largest class making up what the others' rounding leaves of the whole cohort's shares. The paper's 366 positive and
 * 918 negative patients so give its test set of 37 and 91. A patient whose images carry a `split` (see
 * {@link parseManifest}) stays in it; the others are divided among themselves.
 *
 * @param images - the cohort; `split`, if any, must be the same in all images of a patient that carry one
 * @returns for each split the indices of its images, ascending
 * @throws RangeError if a patient is in two splits, a class is absent from a split whose fraction is not 0, or the
 * fractions are not shares of 1; the message lists all problems
 * @example
 * ```ts
 * const plan = phantomCohort({ seed: 1, height: 96, width: 80 });
 * const { test } = splitByPatient(plan.images, { seed: 1 });
 * test.length; // => 438
 * ```
 * @see Zhou et al. (2021), Methods, doi 10.1038/s41467-021-27577-x
 */
export function splitByPatient(
  images: readonly (CaseImage & { readonly split?: Split })[],
  options: SplitOptions,
): Record<Split, readonly number[]> {
  const { fractions = [0.8, 0.1, 0.1], seed } = options;
  if (!(fractions.every((fraction) => fraction >= 0) && Math.abs(sum(fractions) - 1) < 1e-9)) {
    throw new RangeError(`splitByPatient: fractions must be shares of 1, got [${fractions}]`);
  }
  const problems: string[] = [];
  const patients = gatherPatients(images, problems);
  const placed = {
    training: patients.filter((patient) => patient.split === 'training'),
    validation: patients.filter((patient) => patient.split === 'validation'),
    test: patients.filter((patient) => patient.split === 'test'),
  };
  const free = patients.filter((patient) => patient.split === undefined);
  const drawn = (['positive', 'negative'] as const).map((label) =>
    drawClass(free, label, randomStream(seed, 'split', label)),
  );
  classQuotas(drawn, fractions).forEach((quota, i) => {
    const [training, , test] = quota;
    const order = drawn[i] as Patient[];
    placed.test.push(...order.slice(0, test));
    placed.training.push(...order.slice(test, test + training));
    placed.validation.push(...order.slice(test + training));
  });
  problems.push(...absences(patients, placed, fractions));
  if (problems.length > 0) throw new RangeError(`splitByPatient: ${problems.join('; ')}`);
  const indicesOf = (members: readonly Patient[]): number[] =>
    members.flatMap((patient) => patient.indices).sort((a, b) => a - b);
  return {
    training: indicesOf(placed.training),
    validation: indicesOf(placed.validation),
    test: indicesOf(placed.test),
  };
}

interface Patient {
  readonly indices: number[];
  label: CaseLabel;
  lesionType: string;
  split: Split | undefined;
}

type Quota = [training: number, validation: number, test: number];

function gatherPatients(
  images: readonly (CaseImage & { readonly split?: Split })[],
  problems: string[],
): Patient[] {
  const patients = new Map<string, Patient>();
  images.forEach((image, index) => {
    const patient = patients.get(image.patientId) ?? {
      indices: [],
      label: 'negative',
      lesionType: '',
      split: image.split,
    };
    patients.set(image.patientId, patient);
    patient.indices.push(index);
    if (image.label === 'positive') {
      patient.label = 'positive';
      patient.lesionType ||= image.lesionType ?? '';
    }
    if (image.split !== undefined && image.split !== (patient.split ?? image.split)) {
      problems.push(
        `patient ${image.patientId} must be in one split, got ${patient.split} and ${image.split} (image ${index})`,
      );
    }
    patient.split ??= image.split;
  });
  return [...patients.values()];
}

/** The patients of one class in random order, their lesion types spread evenly along it. */
function drawClass(
  patients: readonly Patient[],
  label: CaseLabel,
  random: RandomStream,
): Patient[] {
  const members = patients.filter((patient) => patient.label === label);
  const types = [...new Set(members.map((patient) => patient.lesionType))].sort();
  return types
    .flatMap((type) => {
      const ofType = random.shuffle(members.filter((patient) => patient.lesionType === type));
      return ofType.map((patient, i) => ({ patient, position: (i + 0.5) / ofType.length }));
    })
    .sort((a, b) => a.position - b.position)
    .map(({ patient }) => patient);
}

/** How many patients of each class go where; see {@link splitByPatient}. */
function classQuotas(
  classes: readonly Patient[][],
  fractions: readonly [number, number, number],
): Quota[] {
  const sizes = classes.map((members) => members.length);
  const largest = sizes.indexOf(Math.max(...sizes));
  const quotas = sizes.map((size) => atLeastOne(shares(size, fractions), fractions));
  let rest = shares(sum(sizes), fractions);
  quotas.forEach((quota, i) => {
    if (i !== largest) rest = [rest[0] - quota[0], rest[1] - quota[1], rest[2] - quota[2]];
  });
  quotas[largest] = atLeastOne(rest, fractions);
  return quotas;
}

function shares(size: number, fractions: readonly [number, number, number]): Quota {
  const test = Math.round(size * fractions[2]);
  const most = size - test;
  const training = fractions[1] === 0 ? most : Math.min(most, Math.round(size * fractions[0]));
  return [training, most - training, test];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Takes patients from the fullest split until each split that wants any has one, if there are enough. */
function atLeastOne(quota: Quota, fractions: readonly number[]): Quota {
  const filled: Quota = [...quota];
  const least = fractions.map((fraction) => (fraction > 0 ? 1 : 0));
  if (sum(filled) < sum(least)) return filled;
  for (let split = 0; split < 3; split++) {
    while ((filled[split] as number) < (least[split] as number)) {
      const fullest = filled.indexOf(Math.max(...filled));
      filled[fullest] = (filled[fullest] as number) - 1;
      filled[split] = (filled[split] as number) + 1;
    }
  }
  return filled;
}

function absences(
  patients: readonly Patient[],
  placed: Record<Split, readonly Patient[]>,
  fractions: readonly number[],
): string[] {
  return SPLITS.filter((_, i) => (fractions[i] as number) > 0).flatMap((split) =>
    (['positive', 'negative'] as const)
      .filter((label) => !placed[split].some((patient) => patient.label === label))
      .map((label) => {
        const count = patients.filter((patient) => patient.label === label).length;
        return `the ${split} split needs a ${label} patient, got none (the cohort has ${count})`;
      }),
  );
}
