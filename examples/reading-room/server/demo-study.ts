import { drawPatient, type PhantomImage, phantomCohort, randomStream } from '@mammo/mammo-io';
import {
  PAPER_SESSIONS,
  planReaderStudy,
  type StudyCase,
  type StudyFake,
} from '@mammo/reader-study-stats';
import type { StudySource } from './studies.ts';
import type { GreyImage } from './study-pictures.ts';

const HEIGHT = 576;
const WIDTH = 480;

/**
 * A small study to look around in: phantoms that show no one, and "fakes" that are phantoms whose cancer was left out or, for negatives,
 * with a spot that was painted in.
 */
export function demoStudy(
  options: { readonly height?: number; readonly width?: number; readonly patients?: number } = {},
): StudySource {
  const { height = HEIGHT, width = WIDTH, patients = 48 } = options;
  const cohort = phantomCohort({ seed: 11, height, width, patients, positiveShare: 0.4 });
  const splits = ['training', 'validation', 'test'] as const;
  const cases: StudyCase[] = [];
  const fakes: StudyFake[] = [];
  const places = new Map<string, { readonly patient: number; readonly view: number }>();
  cohort.patients.forEach(({ patientId, label, images }, patient) => {
    images.forEach(({ imageId }, view) => {
      places.set(imageId, { patient, view });
      cases.push({ caseId: imageId, patientId, label, split: splits[patient % 3]! });
      fakes.push({
        fakeId: `${imageId}-synthetic`,
        caseId: imageId,
        intendedLabel: label === 'positive' ? 'negative' : 'positive',
      });
    });
  });
  const plan = planReaderStudy({
    cases,
    fakes,
    readers: ['Reader A', 'Reader B', 'Reader C', 'Reader D', 'Reader E'],
    seed: 11,
    sessions: PAPER_SESSIONS,
  });
  const drawn = new Map<number, readonly PhantomImage[]>();
  const draw = (patient: number): readonly PhantomImage[] => {
    const views = drawn.get(patient) ?? drawPatient(cohort, patient, { twins: true });
    drawn.set(patient, views);
    return views;
  };
  const load = async (id: string): Promise<GreyImage> => {
    const source = id.replace(/-synthetic$/, '');
    const { patient, view } = places.get(source)!;
    const { pixels: real, twin } = draw(patient)[view]!;
    if (source === id) return { pixels: real, height, width };
    const isPositive = cohort.patients[patient]?.label === 'positive';
    const pixels = isPositive ? twin! : withSpot(real, { height, width }, id);
    return { pixels, height, width };
  };
  const known = new Set([...places.keys()].flatMap((id) => [id, `${id}-synthetic`]));
  return { name: 'Demonstration (phantoms)', plan, cases: known, load };
}

function withSpot(
  pixels: Uint16Array,
  { height, width }: { readonly height: number; readonly width: number },
  key: string,
): Uint16Array {
  const random = randomStream(11, 'spot', key);
  const radius = height * random.uniform(0.025, 0.05);
  let [x, y] = [0, 0];
  do {
    x = random.integer(width);
    y = Math.round(height * random.uniform(0.3, 0.8));
  } while (pixels[y * width + x] === 0);
  return pixels.map((level, i) => {
    const square = ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2;
    return level === 0 ? 0 : Math.min(65535, level + 14000 * Math.exp(-square / (radius * radius)));
  });
}
