import { randomStream } from '../random.ts';
import type { Appearance, Truth } from '../reads.ts';
import type { SessionDesign } from './session-design.ts';
import type { Source, Split } from './study-cohort.ts';

/** A source that a session shows, as it is or as its fake. */
export interface Draw {
  readonly source: Source;
  readonly truth: Truth;
}

/** Images of one patient with one label. */
export interface PatientImages {
  readonly patientId: string;
  readonly label: Appearance;
  readonly split: Split;
  readonly images: readonly Source[];
  /** How many of them have a fake. */
  readonly fakeable: number;
}

/** The sources by patient and label, in the order in which they first occur. */
export function groupByPatient(sources: readonly Source[]): readonly PatientImages[] {
  const groups = new Map<string, Source[]>();
  for (const source of sources) {
    const key = JSON.stringify([source.patientId, source.label]);
    const group = groups.get(key);
    if (group) group.push(source);
    else groups.set(key, [source]);
  }
  return [...groups.values()].map((images) => {
    const { patientId, label, split } = images[0]!;
    const fakeable = images.filter((image) => image.fakeId !== null).length;
    return { patientId, label, split, images, fakeable };
  });
}

/**
 * Images for each session such that no patient is in two of them and no source is used twice, or
 * null if the cohort does not suffice.
 */
export function drawSessions(
  patients: readonly PatientImages[],
  designs: readonly SessionDesign[],
  seed: number,
): readonly (readonly Draw[])[] | null {
  const owner = new Map<string, string>();
  const drawn: (readonly Draw[])[] = [];
  for (const design of designs) {
    const session: Draw[] = [];
    for (const label of ['positive', 'negative'] as const) {
      const taken = takePatients(patients, design, label, owner);
      if (!taken) return null;
      const random = randomStream(seed, 'fakes', design.session, label);
      session.push(...assignTruth(random.shuffle(taken), needOf(design, label)));
    }
    drawn.push(session);
  }
  return drawn;
}

/** The other label. */
export function opposite(label: Appearance): Appearance {
  return label === 'positive' ? 'negative' : 'positive';
}

interface Need {
  readonly real: number;
  readonly fake: number;
}

/** Fakes are counted by what they look like, sources by what they are. */
function needOf(design: SessionDesign, label: Appearance): Need {
  return { real: design.real[label], fake: design.fake[opposite(label)] };
}

/** Images of whole patients, the session's own patients first, until the class can be filled. */
function takePatients(
  patients: readonly PatientImages[],
  design: SessionDesign,
  label: Appearance,
  owner: Map<string, string>,
): readonly Source[] | null {
  const { session, splits } = design;
  const need = needOf(design, label);
  const usable = patients.filter((group) => group.label === label && splits.includes(group.split));
  const own = usable.filter((group) => owner.get(group.patientId) === session);
  const free = usable.filter((group) => !owner.has(group.patientId));
  const taken: Source[] = [];
  let fakeable = 0;
  for (const group of [...own, ...free]) {
    const lacksFakes = fakeable < need.fake;
    const lacksReals = taken.length - Math.min(fakeable, need.fake) < need.real;
    if (!lacksFakes && !lacksReals) break;
    if (!lacksReals && group.fakeable === 0) continue;
    owner.set(group.patientId, session);
    taken.push(...group.images);
    fakeable += group.fakeable;
  }
  const enough = fakeable >= need.fake && taken.length >= need.fake + need.real;
  return enough ? taken : null;
}

function assignTruth(sources: readonly Source[], need: Need): readonly Draw[] {
  const fakes = sources.filter((source) => source.fakeId !== null).slice(0, need.fake);
  const used = new Set(fakes);
  const reals = sources.filter((source) => !used.has(source)).slice(0, need.real);
  return [
    ...fakes.map((source) => ({ source, truth: 'fake' as const })),
    ...reals.map((source) => ({ source, truth: 'real' as const })),
  ];
}
