import type { CaseImage, CaseLabel, Laterality, LesionType, View } from '../case-image.ts';
import { type RandomKey, type RandomStream, randomStream } from '../random.ts';
import { planBreast } from './breast.ts';
import { type DrawnView, drawView } from './image.ts';
import { FIELD_HEIGHT_MM } from './noise.ts';
import { completeOptions, type PhantomOptions, type PhantomPlanOptions } from './options.ts';
import {
  type BreastTraits,
  drawBreastTraits,
  drawLesionTraits,
  type PhantomLesion,
} from './traits.ts';

/** A synthetic patient, not yet drawn. */
export interface PhantomPatient {
  /** P0000, P0001, … in the order of the plan. */
  readonly patientId: string;
  /** Whether there is a cancer. */
  readonly label: CaseLabel;
  /** Of both breasts. */
  readonly traits: BreastTraits;
  /** The cancer of a positive patient. */
  readonly lesion?: PhantomLesion;
  /** Two views of the affected breast of a positive patient, four of a negative one. */
  readonly images: readonly CaseImage[];
}

/** A synthetic cohort, not yet drawn. */
export interface PhantomPlan {
  /** The options with their defaults. */
  readonly options: PhantomPlanOptions;
  /** {@link drawPatient} takes a patient's index here. */
  readonly patients: readonly PhantomPatient[];
  /** The images of all patients, in their order. */
  readonly images: readonly CaseImage[];
  /** Names everything that the drawn pixels depend on, the recipe's version included. */
  readonly fingerprint: string;
}

/** One image as {@link drawPatient} draws it. */
export interface PhantomImage extends DrawnView {
  /** Which of the plan's images it is. */
  readonly image: CaseImage;
}

const RECIPE = 'phantom-2';

/**
 * Plans a cohort of synthetic screening mammograms: labels, patients' traits and cancers; {@link drawPatient} draws
 * the images.
 *
 * Everything follows from the seed. The number of positive patients and of each kind of cancer is exact, and the traits
 * of breasts and cancers are stratified over the cohort, so that cohorts of different seeds are equally difficult. The same
 * patient has the same coarse anatomy at every resolution of the same shape.
 *
 * @throws RangeError if an option is out of its range; the message lists all that are
 * @example
 * ```ts
 * const plan = phantomCohort({ seed: 1, height: 48, width: 40, patients: 7, positiveShare: 2 / 7 });
 * plan.images.length; // => 24
 * ```
 */
export function phantomCohort(options: PhantomOptions): PhantomPlan {
  const complete = completeOptions(options);
  const { seed, patients: count } = complete;
  const positives = Math.round(count * complete.positiveShare);
  const flags = Array.from({ length: count }, (_, i) => i < positives);
  const isPositive = randomStream(seed, RECIPE, 'labels').shuffle(flags);
  const lesions = drawCohortLesions(positives, complete);
  const traits = {
    positive: drawCohortTraits('positive', positives, seed),
    negative: drawCohortTraits('negative', count - positives, seed),
  };
  const patients = isPositive.map((positive, index): PhantomPatient => {
    const label = positive ? 'positive' : 'negative';
    const breast = traits[label].pop() as BreastTraits; // there is one for each patient of a class
    const lesion = positive ? lesions.pop() : undefined;
    const side = randomStream(seed, RECIPE, index, 'side').uniform() < 0.5 ? 'R' : 'L';
    const patientId = `P${String(index).padStart(4, '0')}`;
    const images = lesion
      ? caseImages(patientId, label, [side], lesion.type)
      : caseImages(patientId, label, ['R', 'L']);
    return { patientId, label, traits: breast, ...(lesion && { lesion }), images };
  });
  return {
    options: complete,
    patients,
    images: patients.flatMap((patient) => patient.images),
    fingerprint: `${RECIPE} ${JSON.stringify(complete)}`,
  };
}

/**
 * Draws all images of one patient of a plan.
 *
 * @param patientIndex - the patient's index in `plan.patients`
 * @param options - `twins: true` also draws each image without its cancer, otherwise the same bit for bit
 * @throws RangeError if there is no such patient
 * @example
 * ```ts
 * const plan = phantomCohort({ seed: 1, height: 48, width: 40, patients: 7, positiveShare: 2 / 7 });
 * drawPatient(plan, 0).map(({ pixels }) => pixels.length === 48 * 40).includes(false); // => false
 * ```
 */
export function drawPatient(
  plan: PhantomPlan,
  patientIndex: number,
  options: { readonly twins?: boolean } = {},
): PhantomImage[] {
  const patient = plan.patients[patientIndex];
  if (patient === undefined) {
    throw new RangeError(
      `drawPatient: patientIndex must lie in [0, ${plan.patients.length}), got ${patientIndex}`,
    );
  }
  const { seed, height, width } = plan.options;
  const frame = { height, width, mm: FIELD_HEIGHT_MM / height };
  const ofPatient = (...keys: RandomKey[]): RandomStream =>
    randomStream(seed, RECIPE, patientIndex, ...keys);
  const sides = new Set(patient.images.map(({ laterality }) => laterality));
  const breasts = new Map(
    Array.from(sides, (side) => {
      const owner = {
        traits: patient.traits,
        lesion: patient.lesion,
        mirrored: side === 'R',
        ofPatient,
        ofBreast: (...keys: RandomKey[]) => ofPatient(side, ...keys),
      };
      return [side, planBreast(owner, frame, plan.options)];
    }),
  );
  return patient.images.map((image) => {
    const view = breasts.get(image.laterality)![image.view];
    return { image, ...drawView(view, { twin: options.twins ?? false }) };
  });
}

function drawCohortTraits(label: CaseLabel, count: number, seed: number): BreastTraits[] {
  return drawBreastTraits(count, (trait) => randomStream(seed, RECIPE, 'traits', label, trait));
}

function drawCohortLesions(count: number, options: PhantomPlanOptions): PhantomLesion[] {
  const { seed, massShare } = options;
  const random = (...keys: RandomKey[]) => randomStream(seed, RECIPE, 'lesions', ...keys);
  const masses = Math.round(count * massShare);
  const lesions = [
    ...drawLesionTraits('mass', masses, options, random),
    ...drawLesionTraits('calcifications', count - masses, options, random),
  ];
  return random('order').shuffle(lesions);
}

function caseImages(
  patientId: string,
  label: CaseLabel,
  sides: readonly Laterality[],
  lesionType?: LesionType,
): CaseImage[] {
  const views: readonly View[] = ['CC', 'MLO'];
  return views.flatMap((view) =>
    sides.map((laterality) => ({
      imageId: `${patientId}-${laterality}${view}`,
      patientId,
      laterality,
      view,
      label,
      ...(lesionType && { lesionType }),
    })),
  );
}
