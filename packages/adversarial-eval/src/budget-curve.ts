import { type Clusters, clusterBy, tallyBy } from './intervals/clusters.ts';
import { type PatientMean, patientMean } from './intervals/patient-mean.ts';
import { type RateMethod, type RateSettings, rateEstimate } from './intervals/rate-estimate.ts';
import { pairColumns } from './pair-columns.ts';
import { pairOutcome } from './pair-outcome.ts';
import { foolingRates, pairTallies } from './pair-tallies.ts';
import type { RatesByDirection } from './paired-evaluation.ts';
import {
  type PairedRecord,
  PairedRecordError,
  type RecordProblem,
  validateRecords,
} from './paired-record.ts';

/** Fooling rates at one budget. */
export interface BudgetPoint {
  /** ε, in the unit of the records. */
  readonly epsilon: number;
  /** Of the images that the victim had right. */
  readonly fooled: RatesByDirection;
}

/** The least budget that fools half of the images that the victim had right. */
export type MedianBudget = {
  /** Images that the victim had right. */
  readonly n: number;
  /** Patients of these images. */
  readonly patients: number;
  /** Those that no budget fooled. */
  readonly neverFooled: number;
  /** Confidence level of `lower` and `upper`, in (0, 1). */
  readonly level: number;
} & (
  | {
      /** At some budget half or more are fooled. */
      readonly status: 'ok';
      /** One of the budgets: between it and the one below, the study cannot tell. */
      readonly estimate: number;
      /** The least budget whose rate may be a half: its upper limit reaches it. */
      readonly lower: number;
      /** The least budget whose rate is surely a half or more; null: none is. */
      readonly upper: number | null;
    }
  | {
      /** 'not-reached': even the greatest budget fools fewer than half. 'empty': no image was right. */
      readonly status: 'not-reached' | 'empty';
      /** Above the greatest budget, or no image to fool. */
      readonly estimate: null;
      /** As above; null: the rate is surely below a half at every budget, or 'empty'. */
      readonly lower: number | null;
      /** Beyond the greatest budget, or unknown. */
      readonly upper: null;
    }
);

/** Result of {@link budgetCurve}: plain JSON. */
export interface BudgetCurve {
  /** Name and version of this JSON. */
  readonly schema: 'budget-curve/1';
  /** Of the records, in the order in which they occur. */
  readonly attackIds: readonly string[];
  /** A score above it is called positive. */
  readonly threshold: number;
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** Interval of the rates, which the median's interval inverts. */
  readonly method: RateMethod;
  /** By rising budget. */
  readonly points: readonly BudgetPoint[];
  /**
   * Mean fooling rate over the budgets from 0 to the greatest; null if no image was right, or 0 is the
   * only budget.
   */
  readonly area: PatientMean | null;
  /** The least budget that fools half of the images. */
  readonly median: MedianBudget;
  /** Budgets at which fewer are fooled than at the one below: an attack that works would not do that. */
  readonly decreasesAt: readonly number[];
}

/** Options of {@link budgetCurve}. */
export interface BudgetOptions {
  /** A score above it is called positive; default 0.5. */
  readonly threshold?: number;
  /** Confidence level of all intervals; default 0.95. */
  readonly level?: number;
  /** Interval of rates; default 'wilson-clustered'. */
  readonly ci?: Exclude<RateMethod, 'bootstrap'>;
  /** Least and greatest possible score; default [0, 1]. */
  readonly scoreRange?: readonly [number, number];
}

/**
 * Fooling rate against the budget ε of an attack. The area is ∫₀^E rate dε / E by the trapezoid rule,
 * from (0, 0): a mean over images of each one's own area, so its error is that of patients.
 * The median budget is exact: an image's budget is the least ε that fooled it, images that resist all
 * come last, and the interval inverts the rates' intervals. No curve is fitted and nothing is censored
 * but by the greatest budget.
 *
 * @param records with `epsilon`; every image at every budget
 * @throws PairedRecordError listing every problem: a missing budget, a real score that changes
 * @throws RangeError if the threshold is not finite
 * @example
 * ```ts
 * // records as those of the paper's Table 1, at two budgets that fool the same 251 of 363
 * const twice = [0.01, 0.02].flatMap((epsilon) => records.map((record) => ({ ...record, epsilon })));
 * budgetCurve(twice).median.estimate; // => 0.01
 * ```
 */
export function budgetCurve(
  records: readonly PairedRecord[],
  options: BudgetOptions = {},
): BudgetCurve {
  const { threshold = 0.5, level = 0.95, ci = 'wilson-clustered', scoreRange = [0, 1] } = options;
  if (!Number.isFinite(threshold)) {
    throw new RangeError(`budgetCurve: threshold must be finite, got ${threshold}`);
  }
  const problems = budgetProblems(records, scoreRange);
  if (problems.length > 0) throw new PairedRecordError('budgetCurve', problems);

  const settings = { level, method: ci };
  const epsilons = budgetsOf(records);
  const points = epsilons.map((epsilon): BudgetPoint => {
    const pairs = records.filter((record) => record.epsilon === epsilon);
    const tallies = pairTallies(pairColumns(pairs), threshold);
    return { epsilon, fooled: foolingRates(tallies, settings) };
  });
  const cases = casesOf(records, { epsilons, threshold });
  return {
    schema: 'budget-curve/1',
    attackIds: [...new Set(records.map((record) => record.attackId))],
    threshold,
    ...settings,
    points,
    area: areaOf(cases, { epsilons, level }),
    median: medianOf(cases, { ...settings, epsilons }),
    decreasesAt: points
      .filter(({ fooled }, i) => i > 0 && fooled.both.k < points[i - 1]!.fooled.both.k)
      .map(({ epsilon }) => epsilon),
  };
}

/** The images that the victim had right, each with whether each budget fooled it. */
interface Cases {
  readonly clusters: Clusters;
  readonly fooled: readonly (readonly boolean[])[];
}

function budgetsOf(records: readonly PairedRecord[]): readonly number[] {
  return [...new Set(records.map((record) => record.epsilon ?? 0))].sort((a, b) => a - b);
}

function budgetProblems(
  records: readonly PairedRecord[],
  scoreRange: readonly [number, number],
): readonly RecordProblem[] {
  const unique = ['epsilon', 'caseId'] as const;
  const problems = [...validateRecords(records, { scoreRange, unique, bothClasses: false })];
  const real = new Map<string, number>();
  const budgets = new Map<string, Set<number>>();
  records.forEach(({ caseId, epsilon, scoreReal }, index) => {
    const report = (message: string) => problems.push({ row: index + 1, caseId, message });
    if (epsilon === undefined) report('epsilon must be given');
    const before = real.get(caseId) ?? scoreReal;
    real.set(caseId, before);
    if (before !== scoreReal) {
      report(`scoreReal must be the same at every budget, got ${before} and ${scoreReal}`);
    }
    const seen = budgets.get(caseId) ?? new Set();
    budgets.set(caseId, seen.add(epsilon ?? 0));
  });
  const epsilons = budgetsOf(records);
  for (const [caseId, seen] of budgets) {
    const missing = epsilons.filter((epsilon) => !seen.has(epsilon));
    if (missing.length > 0) {
      const message = `${caseId} must have every budget, lacks ${missing.join(', ')}`;
      problems.push({ row: null, caseId, message });
    }
  }
  if (records.length === 0) {
    problems.push({ row: null, caseId: null, message: 'there must be at least one record, got 0' });
  }
  return problems;
}

function casesOf(
  records: readonly PairedRecord[],
  { epsilons, threshold }: { readonly epsilons: readonly number[]; readonly threshold: number },
): Cases {
  const place = new Map(epsilons.map((epsilon, i) => [epsilon, i]));
  const found = new Map<string, { patientId: string; fooled: boolean[] }>();
  for (const record of records) {
    const outcome = pairOutcome(record, threshold);
    if (outcome === 'skipped') continue;
    const known = found.get(record.caseId) ?? { patientId: record.patientId, fooled: [] };
    known.fooled[place.get(record.epsilon ?? 0)!] = outcome === 'fooled';
    found.set(record.caseId, known);
  }
  const cases = [...found.values()];
  return {
    clusters: clusterBy(cases.map(({ patientId }) => patientId)),
    fooled: cases.map(({ fooled }) => fooled),
  };
}

function areaOf(
  { fooled, clusters }: Cases,
  { epsilons, level }: { readonly epsilons: readonly number[]; readonly level: number },
): PatientMean | null {
  const greatest = epsilons.at(-1)!;
  if (fooled.length === 0 || greatest === 0) return null;
  const areas = fooled.map((flags) => {
    let [area, before, height] = [0, 0, 0];
    flags.forEach((flag, i) => {
      const next = epsilons[i] === 0 ? 0 : Number(flag);
      area += ((height + next) / 2) * (epsilons[i]! - before);
      [before, height] = [epsilons[i]!, next];
    });
    return area / greatest;
  });
  return patientMean(areas, clusters, { level, method: 'budget-area' });
}

function medianOf(
  { fooled, clusters }: Cases,
  options: RateSettings & { readonly epsilons: readonly number[] },
): MedianBudget {
  const { epsilons, level } = options;
  const first = fooled.map((flags) => flags.indexOf(true));
  const neverFooled = first.filter((index) => index < 0).length;
  const sizes = { n: fooled.length, patients: clusters.count, neverFooled, level };
  if (fooled.length === 0) {
    return { status: 'empty', estimate: null, lower: null, upper: null, ...sizes };
  }
  const shares = epsilons.map((_, i) =>
    rateEstimate(
      tallyBy(clusters, (image) => first[image]! >= 0 && first[image]! <= i),
      options,
    ),
  );
  const reached = (bound: 'rate' | 'lower' | 'upper'): number | null =>
    epsilons[shares.findIndex((share) => (share[bound] ?? 0) >= 0.5)] ?? null;
  const [estimate, lower, upper] = [reached('rate'), reached('upper'), reached('lower')];
  if (estimate === null || lower === null) {
    return { status: 'not-reached', estimate: null, lower, upper: null, ...sizes };
  }
  return { status: 'ok', estimate, lower, upper, ...sizes };
}
