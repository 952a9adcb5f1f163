import type { SessionDesign, SessionPurpose } from './session-design.ts';
import type { StudyPlan } from './study-plan.ts';

/** A count with its parts by what the images look like. */
export interface ClassTotals {
  readonly all: number;
  readonly positive: number;
  readonly negative: number;
}

/** One row of Table 2. */
export interface PlanTableRow {
  readonly session: string;
  readonly purpose: SessionPurpose;
  readonly real: ClassTotals;
  readonly fake: ClassTotals;
  readonly triplets: ClassTotals;
  readonly total: number;
  /** The same before scaling; with the default sessions, the paper's. */
  readonly requested: {
    readonly real: ClassTotals;
    readonly fake: ClassTotals;
    readonly triplets: ClassTotals;
    readonly total: number;
  };
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
