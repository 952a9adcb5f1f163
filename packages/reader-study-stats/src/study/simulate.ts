import { randomStream } from '../random.ts';
import type { Answer, Read } from '../reads.ts';
import type { ClassCounts } from './session-design.ts';
import type { PlannedImage, PlannedSession, StudyPlan } from './study-plan.ts';

/** Parameters of an invented reader (equal-variance signal detection). */
export interface SimulatedReader {
  /** Name, as the plan has it. */
  readonly reader: string;
  /** d′ of fakes by what they look like, in standard deviations of the evidence. */
  readonly sensitivity: ClassCounts;
  /** Evidence above which the answer is "not real". */
  readonly criterion: number;
  /** Half width of the band around the criterion in which the answer is "unsure". */
  readonly unsureBand: number;
  /** What is added to sensitivity and criterion in the sessions after education. */
  readonly education: {
    /** To d′, of fakes of both kinds. */
    readonly sensitivity: number;
    /** To the criterion; above 0, "real" is answered more often. */
    readonly criterion: number;
  };
  /** Median of the log-normal time per image. */
  readonly medianSeconds: number;
  /** Standard deviation of the logarithm of the reading time. */
  readonly secondsSpread: number;
}

/** A read that no person made. */
export interface SimulatedRead extends Read {
  readonly seconds: number;
  readonly simulated: true;
}

/**
 * Five invented readers for demonstrations. Their parameters are not fitted to the paper's readers or
 * to anyone else: nothing that they answer is a finding about people.
 */
export const DEMO_READERS: readonly SimulatedReader[] = [
  demoReader('simulated-1', [1.3, 1.0], 1.2, [0.3, 0.1], 14),
  demoReader('simulated-2', [0.9, 0.6], 0.7, [0.4, -0.1], 26),
  demoReader('simulated-3', [1.0, 0.9], 1.4, [0.5, 0], 12),
  demoReader('simulated-4', [1.4, 1.3], 0.9, [0.2, -0.2], 11),
  demoReader('simulated-5', [0.2, 0.3], 0.3, [-0.2, 0.1], 30),
];

/**
 * Answers of simulated readers to the images of a plan. Evidence for "not real" is normal with mean 0
 * for real images and d′ for fakes; a share of its variance belongs to the image and is common to all
 * readers. Sessions in which nothing is asked (familiarisation, education) get no answers. Every read
 * carries `simulated: true`.
 *
 * @param plan from `planReaderStudy`
 * @param readers one profile per reader of the plan
 * @param options seed; imageShare: share of the variance that readers have in common, default 0.3
 * @throws RangeError if a reader of the plan has no profile or imageShare is outside [0, 1]
 * @example
 * ```ts
 * const reads = simulateReads(plan, DEMO_READERS, { seed: 7 });
 * reads.every((read) => read.simulated); // => true
 * ```
 * @see Green and Swets 1966, Signal Detection Theory and Psychophysics
 */
export function simulateReads(
  plan: StudyPlan,
  readers: readonly SimulatedReader[],
  options: { readonly seed: number; readonly imageShare?: number },
): readonly SimulatedRead[] {
  const { seed, imageShare = 0.3 } = options;
  if (!(imageShare >= 0 && imageShare <= 1)) {
    throw new RangeError(`simulateReads: imageShare must lie in [0, 1], got ${imageShare}`);
  }
  const profiles = plan.readers.map((name) => {
    const profile = readers.find(({ reader }) => reader === name);
    if (!profile)
      throw new RangeError(`simulateReads: reader ${name} must have a profile, got none`);
    return profile;
  });
  const education = plan.sessions.findIndex((session) => session.purpose === 'education');
  const reads: SimulatedRead[] = [];
  plan.sessions.forEach((session, index) => {
    if (session.purpose === 'familiarisation' || session.purpose === 'education') return;
    const educated = education >= 0 && index > education;
    const shared = sharedEvidence(session, seed);
    for (const profile of profiles) {
      reads.push(...readSession(profile, session, { seed, imageShare, educated, shared }));
    }
  });
  return reads;
}

interface Circumstances {
  readonly seed: number;
  readonly imageShare: number;
  readonly educated: boolean;
  readonly shared: readonly number[];
}

function sharedEvidence({ images }: PlannedSession, seed: number): readonly number[] {
  return images.map((image) => randomStream(seed, 'image', image.case).normal());
}

function readSession(
  profile: SimulatedReader,
  { session, images }: PlannedSession,
  { seed, imageShare, educated, shared }: Circumstances,
): readonly SimulatedRead[] {
  const random = randomStream(seed, 'reader', profile.reader, session);
  return images.map((image, index) => {
    const noise =
      Math.sqrt(imageShare) * shared[index]! + Math.sqrt(1 - imageShare) * random.normal();
    const seconds = profile.medianSeconds * Math.exp(profile.secondsSpread * random.normal());
    return {
      reader: profile.reader,
      session,
      case: image.case,
      truth: image.truth,
      appearance: image.appearance,
      label: answer(profile, image, noise, educated),
      order: image.order,
      seconds: Math.round(seconds * 10) / 10,
      simulated: true,
    };
  });
}

function answer(
  profile: SimulatedReader,
  image: PlannedImage,
  noise: number,
  educated: boolean,
): Answer {
  const gain = educated ? profile.education : { sensitivity: 0, criterion: 0 };
  const signal =
    image.truth === 'fake' ? profile.sensitivity[image.appearance] + gain.sensitivity : 0;
  const excess = signal + noise - (profile.criterion + gain.criterion);
  if (Math.abs(excess) < profile.unsureBand) return 'unsure';
  return excess > 0 ? 'not-real' : 'real';
}

function demoReader(
  reader: string,
  [positive, negative]: readonly [number, number],
  criterion: number,
  [sensitivityGain, criterionGain]: readonly [number, number],
  medianSeconds: number,
): SimulatedReader {
  return {
    reader,
    sensitivity: { positive, negative },
    criterion,
    unsureBand: 0.12,
    education: { sensitivity: sensitivityGain, criterion: criterionGain },
    medianSeconds,
    secondsSpread: 0.5,
  };
}
