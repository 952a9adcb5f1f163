import { randomStream } from '../random.ts';
import type { Appearance, Truth } from '../reads.ts';
import { type Draw, drawSessions, groupByPatient, opposite } from './draw-sessions.ts';
import {
  type ClassCounts,
  checkDesigns,
  isEmptied,
  PAPER_SESSIONS,
  type SessionDesign,
  type SessionPurpose,
  scaleDesign,
} from './session-design.ts';
import { joinSources, type Source, type StudyCase, type StudyFake } from './study-cohort.ts';

/** An image in its place. */
export interface PlannedImage {
  /** Position, from 1, the same for every reader. */
  readonly order: number;
  /** Identifier of the image: the real case's, or the fake's. */
  readonly case: string;
  /** Whether the reader sees the case itself or its fake. */
  readonly truth: Truth;
  /** The label of a real image; of a fake, the opposite of its source's. */
  readonly appearance: Appearance;
  /** The real case: the image itself, or what the fake was made from. */
  readonly sourceCase: string;
  /** Of the source; occurs in this session only, education aside. */
  readonly patientId: string;
}

/** A real image, its fake and their difference, shown together. */
export interface PlannedTriplet {
  /** Position, from 1, the same for every reader. */
  readonly order: number;
  /** Identifier of the real case. */
  readonly real: string;
  /** Identifier of the fake that was made from it. */
  readonly fake: string;
  /** What the fake looks like. */
  readonly appearance: Appearance;
  /** Of both; may occur in other sessions where there are too few others. */
  readonly patientId: string;
}

/** One session, in reading order. */
export interface PlannedSession {
  /** As the design names it; its reads carry this name. */
  readonly session: string;
  /** What readers are told in it. */
  readonly purpose: SessionPurpose;
  /** In reading order; empty in a session of triplets. */
  readonly images: readonly PlannedImage[];
  /** In reading order; empty but for education. */
  readonly triplets: readonly PlannedTriplet[];
  /** What was asked for before scaling. */
  readonly requested: SessionDesign;
}

/** A reader study: what every reader sees, and when. */
export interface StudyPlan {
  /** That of the options: with the same cohort it gives the same plan. */
  readonly seed: number;
  /** Names as they were given; all read the same images. */
  readonly readers: readonly string[];
  /** Share of the requested numbers of images that the cohort allows; 1 if all. */
  readonly scale: number;
  /** In the order of the designs. */
  readonly sessions: readonly PlannedSession[];
  /** That the cohort was too small, or the fakes for the triplets; empty if neither. */
  readonly warnings: readonly string[];
}

/** What {@link planReaderStudy} needs. */
export interface ReaderStudyOptions {
  /** Real cases of the whole cohort. */
  readonly cases: readonly StudyCase[];
  /** At most one fake per case. */
  readonly fakes: readonly StudyFake[];
  /** Names, at least one, each once. */
  readonly readers: readonly string[];
  /** Of who is drawn, what is faked and in which order. */
  readonly seed: number;
  /** Default {@link PAPER_SESSIONS}. */
  readonly sessions?: readonly SessionDesign[];
}

/**
 * Plans a reader study. Every reader gets the same images in the same seeded order. No patient occurs
 * in two sessions (education aside), and of a real image and its fake at most one is ever shown outside
 * education. Where the cohort is too small, all sessions shrink by one factor, `scale`, and `warnings`
 * say so; triplets shrink on their own to the fakes there are.
 *
 * @throws RangeError listing all problems of cases, fakes, readers and sessions, or if the cohort is
 *   too small for any study
 * @example
 * ```ts
 * const plan = planReaderStudy({ cases, fakes, readers: ['R1', 'R2'], seed: 7 });
 * plan.warnings; // such as 'the cohort is too small: …'
 * ```
 * @see Zhou et al. 2021, Table 2, doi 10.1038/s41467-021-27577-x
 */
export function planReaderStudy(options: ReaderStudyOptions): StudyPlan {
  const { cases, fakes, readers, seed, sessions = PAPER_SESSIONS } = options;
  const caller = 'planReaderStudy';
  checkDesigns(caller, sessions);
  if (readers.length === 0 || new Set(readers).size < readers.length) {
    throw new RangeError(`${caller}: readers must be named, each once, got [${readers}]`);
  }
  const sources = randomStream(seed, 'sources').shuffle(joinSources(caller, cases, fakes));
  const patients = groupByPatient(sources);
  for (let step = 1000; step > 0; step--) {
    const scale = step / 1000;
    const designs = sessions.map((design) => scaleDesign(design, scale));
    if (designs.some((design, i) => isEmptied(sessions[i]!, design))) break;
    const drawn = drawSessions(patients, designs, seed);
    if (drawn) return arrange(drawn, sources, { sessions, designs, readers, seed, scale });
  }
  throw new RangeError(
    `${caller}: the cohort must fill at least one image of every kind in every session, ` +
      `got ${cases.length} cases and ${fakes.length} fakes`,
  );
}

interface Arrangement {
  readonly sessions: readonly SessionDesign[];
  readonly designs: readonly SessionDesign[];
  readonly readers: readonly string[];
  readonly seed: number;
  readonly scale: number;
}

function arrange(
  drawn: readonly (readonly Draw[])[],
  sources: readonly Source[],
  { sessions, designs, readers, seed, scale }: Arrangement,
): StudyPlan {
  const shown = new Set(drawn.flat().map(({ source }) => source.patientId));
  const warnings: string[] = [];
  if (scale < 1) {
    warnings.push(`the cohort is too small: every number of images is scaled by ${scale}`);
  }
  const planned = designs.map((design, index) => {
    const triplets = drawTriplets(sources, design, shown);
    const wanted = design.triplets.positive + design.triplets.negative;
    if (triplets.length < wanted) {
      warnings.push(
        `session ${design.session} has ${triplets.length} triplets of ${wanted}: there are no more fakes`,
      );
    }
    const shuffle = randomStream(seed, 'order', design.session).shuffle;
    return {
      session: design.session,
      purpose: design.purpose,
      images: shuffle(drawn[index]!).map(plannedImage),
      triplets: shuffle(triplets).map(plannedTriplet),
      requested: sessions[index]!,
    };
  });
  return { seed, readers, scale, sessions: planned, warnings };
}

/** Triplets of patients that no other session shows come first. */
function drawTriplets(
  sources: readonly Source[],
  { triplets, splits }: SessionDesign,
  shown: ReadonlySet<string>,
): readonly Source[] {
  const usable = sources.filter(
    (source) => source.fakeId !== null && splits.includes(source.split),
  );
  const preferred = [...usable].sort(
    (a, b) => Number(shown.has(a.patientId)) - Number(shown.has(b.patientId)),
  );
  return (['positive', 'negative'] as const).flatMap((appearance) =>
    preferred
      .filter((source) => source.label === opposite(appearance))
      .slice(0, triplets[appearance as keyof ClassCounts]),
  );
}

function plannedImage({ source, truth }: Draw, index: number): PlannedImage {
  return {
    order: index + 1,
    case: truth === 'fake' ? source.fakeId! : source.caseId,
    truth,
    appearance: truth === 'fake' ? opposite(source.label) : source.label,
    sourceCase: source.caseId,
    patientId: source.patientId,
  };
}

function plannedTriplet(source: Source, index: number): PlannedTriplet {
  return {
    order: index + 1,
    real: source.caseId,
    fake: source.fakeId!,
    appearance: opposite(source.label),
    patientId: source.patientId,
  };
}
