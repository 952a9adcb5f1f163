import type { Split } from './study-cohort.ts';

/** Numbers of images by what they look like. */
export interface ClassCounts {
  /** Of images that look positive. */
  readonly positive: number;
  /** Of images that look negative. */
  readonly negative: number;
}

/**
 * What readers are told. 'familiarisation': all real, and told so. 'unannounced': all real, not told.
 * 'blinded': real and fake mixed. 'education': triplets real | fake | difference, told.
 */
export type SessionPurpose = 'familiarisation' | 'unannounced' | 'blinded' | 'education';

/** What one session is to show. */
export interface SessionDesign {
  /** Name, different from the other sessions'. */
  readonly session: string;
  /** What readers are told. */
  readonly purpose: SessionPurpose;
  /** Parts of the cohort that its images come from. */
  readonly splits: readonly Split[];
  /** Real images by their label. */
  readonly real: ClassCounts;
  /** Fakes by what they look like: positive-looking ones are made from negatives. */
  readonly fake: ClassCounts;
  /** Triplets by what their fake looks like; their patients may occur in other sessions too. */
  readonly triplets: ClassCounts;
}

const NONE: ClassCounts = { positive: 0, negative: 0 };

/**
 * The paper's five sessions. Published: 100; 100; 218 real + 218 fake; 100 triplets; 220 + 220.
 * Inferred from the quoted accuracies, not published: 180 + 38 and 183 + 37 fakes by class.
 * Our choice, since nothing is known: the class split of the real images and of the triplets (sessions
 * 1, 2 and 4 as in the training set; 3 and 5 so that with the fakes they use 730 negatives and 146 positives once each).
 *
 * @see Zhou et al. 2021, Table 2, doi 10.1038/s41467-021-27577-x
 */
export const PAPER_SESSIONS: readonly SessionDesign[] = [
  {
    session: '1',
    purpose: 'familiarisation',
    splits: ['training'],
    real: { positive: 17, negative: 83 },
    fake: NONE,
    triplets: NONE,
  },
  {
    session: '2',
    purpose: 'unannounced',
    splits: ['training'],
    real: { positive: 17, negative: 83 },
    fake: NONE,
    triplets: NONE,
  },
  {
    session: '3',
    purpose: 'blinded',
    splits: ['validation', 'test'],
    real: { positive: 36, negative: 182 },
    fake: { positive: 180, negative: 38 },
    triplets: NONE,
  },
  {
    session: '4',
    purpose: 'education',
    splits: ['training'],
    real: NONE,
    fake: NONE,
    triplets: { positive: 83, negative: 17 },
  },
  {
    session: '5',
    purpose: 'blinded',
    splits: ['validation', 'test'],
    real: { positive: 35, negative: 185 },
    fake: { positive: 183, negative: 37 },
    triplets: NONE,
  },
];

/** A design with every total multiplied by `scale`, rounded down; classes keep their proportions. */
export function scaleDesign(design: SessionDesign, scale: number): SessionDesign {
  const scaled = ({ positive, negative }: ClassCounts): ClassCounts => {
    const total = positive + negative;
    const target = Math.floor(scale * total + 1e-9);
    const positives = total === 0 ? 0 : Math.round((target * positive) / total);
    return { positive: positives, negative: target - positives };
  };
  return {
    ...design,
    real: scaled(design.real),
    fake: scaled(design.fake),
    triplets: scaled(design.triplets),
  };
}

/** Whether the design asks for something that scaling has removed altogether. */
export function isEmptied(original: SessionDesign, scaled: SessionDesign): boolean {
  const total = ({ positive, negative }: ClassCounts): number => positive + negative;
  return (['real', 'fake', 'triplets'] as const).some(
    (kind) => total(original[kind]) > 0 && total(scaled[kind]) === 0,
  );
}

/** @throws RangeError listing every count that is not a whole number ≥ 0, and sessions named twice */
export function checkDesigns(caller: string, designs: readonly SessionDesign[]): void {
  const problems: string[] = [];
  const names = designs.map((design) => design.session);
  if (names.length === 0) problems.push('there must be at least one session');
  if (new Set(names).size < names.length) problems.push(`sessions are named twice: ${names}`);
  for (const { session, real, fake, triplets } of designs) {
    const counts = [real, fake, triplets].flatMap(({ positive, negative }) => [positive, negative]);
    for (const count of counts) {
      if (!Number.isInteger(count) || count < 0) {
        problems.push(`session ${session} must have whole counts of at least 0, got ${count}`);
      }
    }
  }
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}`);
}
