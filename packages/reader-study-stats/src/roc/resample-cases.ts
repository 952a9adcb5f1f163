import { randomStream } from '../random.ts';
import type { BinaryLabel } from './auc.ts';

/** How cases are drawn with replacement. */
export interface ResampleOptions {
  /** What is drawn as one; 'clusters' (patients) needs `clusters`. There is no default. */
  readonly unit: 'cases' | 'clusters';
  /** The cluster of each case, in the order of the scores. */
  readonly clusters?: readonly string[];
  /** Whether each class (kind of cluster: positive, negative, mixed) keeps its size. No default. */
  readonly stratified: boolean;
  /** The same seed draws the same cases. */
  readonly seed: number;
  /** Number of replicates; default 2000. */
  readonly replicates?: number;
}

/** Cases by class, as indices into the scores; twice what is drawn twice. */
export interface DrawnCases {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Replicates of some numbers, and the same without each unit in turn. */
export interface Resampled {
  /** Per number: its replicates that are finite, ascending. */
  readonly sorted: readonly Float64Array[];
  /** Per number: its value without each unit in turn, where finite. */
  leaveOneOut(): readonly (readonly number[])[];
}

/**
 * Draws units with replacement and computes numbers from each draw. A draw without one of the classes
 * has no numbers.
 * @throws RangeError if replicates is not a whole number ≥ 2, or clusters do not fit the unit
 */
export function resampleCases(
  caller: string,
  labels: readonly BinaryLabel[],
  options: ResampleOptions & {
    /** Which of several samples this is: each has draws of its own. */
    readonly sample?: number;
    readonly compute: (drawn: DrawnCases) => readonly number[];
  },
): Resampled {
  const { unit, stratified, seed, sample = 0, replicates = 2000, compute } = options;
  checkOptions(caller, options, labels.length);
  const units = drawnUnits(labels, unit === 'clusters' ? options.clusters! : null);
  const strata = stratified ? byKind(units) : [units];
  const stream = randomStream(seed, 'bootstrap-figure', ...(sample > 0 ? [sample] : []));
  const values: Float64Array[] = [];
  const kept: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const drawn = noCases();
    for (const own of strata) {
      for (let k = 0; k < own.length; k++) addUnit(drawn, own[stream.integer(own.length)]!);
    }
    numbersOf(drawn, compute).forEach((value, i) => {
      values[i] ??= new Float64Array(replicates);
      kept[i] ??= 0;
      if (Number.isFinite(value)) values[i]![kept[i]!++] = value;
    });
  }
  return {
    sorted: values.map((all, i) => all.subarray(0, kept[i]).sort()),
    leaveOneOut: () => {
      const without = units.map((left) => {
        const rest = noCases();
        for (const unit of units) if (unit !== left) addUnit(rest, unit);
        return numbersOf(rest, compute);
      });
      return values.map((_, i) =>
        without.map((numbers) => numbers[i] ?? Number.NaN).filter(Number.isFinite),
      );
    },
  };
}

/** The words that say how cases were drawn. */
export function drawName({ unit, stratified }: ResampleOptions): string {
  return `bootstrap of ${unit}, ${stratified ? 'stratified' : 'not stratified'}`;
}

function checkOptions(
  caller: string,
  { unit, clusters, replicates = 2000 }: ResampleOptions,
  cases: number,
): void {
  if (!Number.isInteger(replicates) || replicates < 2) {
    throw new RangeError(`${caller}: replicates must be a whole number >= 2, got ${replicates}`);
  }
  if (unit === 'clusters' && clusters?.length !== cases) {
    throw new RangeError(
      `${caller}: clusters must name the cluster of each of ${cases} cases, got ${clusters?.length ?? 'none'}`,
    );
  }
  if (unit === 'cases' && clusters !== undefined) {
    throw new RangeError(`${caller}: cases in clusters cannot be drawn one by one, got unit cases`);
  }
}

function drawnUnits(
  labels: readonly BinaryLabel[],
  clusters: readonly string[] | null,
): readonly DrawnCases[] {
  const units = new Map<string | number, CaseLists>();
  labels.forEach((label, index) => {
    const key = clusters === null ? index : clusters[index]!;
    const unit = units.get(key) ?? noCases();
    units.set(key, unit);
    (label === 'positive' ? unit.positives : unit.negatives).push(index);
  });
  return [...units.values()];
}

/** Units with positives only, negatives only, and both. */
function byKind(units: readonly DrawnCases[]): readonly (readonly DrawnCases[])[] {
  const kinds: DrawnCases[][] = [[], [], []];
  for (const unit of units) {
    const kind = unit.negatives.length === 0 ? 0 : unit.positives.length === 0 ? 1 : 2;
    kinds[kind]!.push(unit);
  }
  return kinds.filter((kind) => kind.length > 0);
}

interface CaseLists {
  readonly positives: number[];
  readonly negatives: number[];
}

const noCases = (): CaseLists => ({ positives: [], negatives: [] });

function addUnit({ positives, negatives }: CaseLists, unit: DrawnCases): void {
  for (const index of unit.positives) positives.push(index);
  for (const index of unit.negatives) negatives.push(index);
}

/** What is computed from cases; nothing where a class is absent. */
function numbersOf(
  drawn: DrawnCases,
  compute: (drawn: DrawnCases) => readonly number[],
): readonly number[] {
  return drawn.positives.length === 0 || drawn.negatives.length === 0 ? [] : compute(drawn);
}
