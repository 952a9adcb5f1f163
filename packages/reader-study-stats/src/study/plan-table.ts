import type { ClassCounts, SessionDesign, SessionPurpose } from './session-design.ts';
import type { StudyPlan } from './study-plan.ts';

/** A count with its parts by what the images look like. */
export interface ClassTotals extends ClassCounts {
  /** positive + negative. */
  readonly all: number;
}

/** One row of Table 2. */
export interface PlanTableRow {
  /** As the design names it: '1' to '5' in the paper. */
  readonly session: string;
  /** What readers are told in it. */
  readonly purpose: SessionPurpose;
  /** Real images by what they are. */
  readonly real: ClassTotals;
  /** Fakes by what they look like. */
  readonly fake: ClassTotals;
  /** Triplets by what their fake looks like. */
  readonly triplets: ClassTotals;
  /** Images and triplets, a triplet counting once. */
  readonly total: number;
  /** The same before scaling; with the default sessions, the paper's. */
  readonly requested: Pick<PlanTableRow, 'real' | 'fake' | 'triplets' | 'total'>;
}

/**
 * Numbers of images per session, as in the paper's Table 2, beside what was asked for.
 * @example
 * ```ts
 * planTable(plan).map((row) => [row.session, row.real.all, row.fake.all]);
 * ```
 */
export function planTable(plan: StudyPlan): readonly PlanTableRow[] {
  return plan.sessions.map(({ session, purpose, images, triplets, requested }) => {
    const real = totals(images.filter((image) => image.truth === 'real'));
    const fake = totals(images.filter((image) => image.truth === 'fake'));
    return {
      session,
      purpose,
      real,
      fake,
      triplets: totals(triplets),
      total: images.length + triplets.length,
      requested: requestedTotals(requested),
    };
  });
}

function totals(items: readonly { readonly appearance: 'positive' | 'negative' }[]): ClassTotals {
  const positive = items.filter((item) => item.appearance === 'positive').length;
  return { all: items.length, positive, negative: items.length - positive };
}

function requestedTotals(design: SessionDesign): PlanTableRow['requested'] {
  const [real, fake, triplets] = [design.real, design.fake, design.triplets].map(
    ({ positive, negative }) => ({ all: positive + negative, positive, negative }),
  ) as [ClassTotals, ClassTotals, ClassTotals];
  return { real, fake, triplets, total: real.all + fake.all + triplets.all };
}
