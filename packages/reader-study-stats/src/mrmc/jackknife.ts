import { normal } from '../distributions/normal.ts';
import { dot, dotBytes, symmetric } from './matrix.ts';

/** Figures of merit with each case left out in turn. */
export interface DeletedFigures {
  /** Number of cases of the study, numbered from 0. */
  readonly cases: number;
  /** One per figure; rows and columns of the covariance matrix are in this order. */
  readonly cells: readonly {
    /** The figure from all cases of the cell. */
    readonly value: number;
    /** The cases of the cell. */
    readonly cases: ArrayLike<number>;
    /** The figure without each of them, in the same order. */
    readonly deleted: ArrayLike<number>;
  }[];
}

/**
 * Jackknife covariances of figures of merit over the N cases of a study:
 *
 * Cov(a, b) = (N − 1)/N · Σᵢ (θₐ₍₋ᵢ₎ − θ̄ₐ)(θ_b₍₋ᵢ₎ − θ̄_b)
 *
 * A case that a cell lacks leaves its figure as it is; cells without a common case are independent.
 *
 * @returns symmetric matrix, one row per cell
 * @throws RangeError if a figure is not finite
 * @example
 * ```ts
 * const cells = [{ value: 0.5, cases: [0, 1], deleted: [0, 1] }];
 * jackknifeCovariance({ cases: 2, cells }); // => [[0.25]]
 * ```
 * @see Hillis, Obuchowski, Schartz and Berbaum 2005, Stat Med 24:1579, doi 10.1002/sim.2024
 */
export function jackknifeCovariance({
  cases,
  cells,
}: DeletedFigures): readonly (readonly number[])[] {
  const rows = new Float64Array(cells.length * cases);
  const deviations = cells.map((cell, index) =>
    centerDeviations(cell, rows.subarray(index * cases, (index + 1) * cases)),
  );
  const overlap = sharedCases(cells, cases);
  return symmetric(cells.length, (a, b) =>
    overlap(a, b) ? ((cases - 1) / cases) * dot(deviations[a]!, deviations[b]!) : 0,
  );
}

/** Whether two cells have a case in common; cells with all cases always do. */
function sharedCases(
  cells: DeletedFigures['cells'],
  cases: number,
): (a: number, b: number) => boolean {
  if (cells.every((cell) => cell.cases.length === cases)) return () => true;
  const present = cells.map(({ cases: own }) => {
    const flags = new Uint8Array(cases);
    for (let i = 0; i < own.length; i++) flags[own[i]!] = 1;
    return flags;
  });
  return (a, b) => dotBytes(present[a]!, present[b]!) > 0;
}

/** θ₍₋ᵢ₎ − θ̄ over all cases of the study, written into a row of zeros. */
function centerDeviations(
  { value, cases: own, deleted }: DeletedFigures['cells'][number],
  row: Float64Array,
): Float64Array {
  let sum = 0;
  for (let i = 0; i < own.length; i++) {
    const change = deleted[i]! - value;
    row[own[i]!] = change;
    sum += change;
  }
  if (!Number.isFinite(sum)) {
    const at = Array.from(deleted).findIndex((figure) => !Number.isFinite(figure - value));
    throw new RangeError(
      `jackknifeCovariance: every figure must be finite, got ${deleted[at]} of ${value} without case ${own[at]}`,
    );
  }
  const center = sum / row.length;
  for (let i = 0; i < row.length; i++) row[i]! -= center;
  return row;
}

/**
 * Jackknife covariances on the probit scale z = Φ⁻¹(θ), brought back by the delta method:
 * Cov(θₐ, θ_b) ≈ φ(zₐ)·φ(z_b)·Cov(zₐ, z_b).
 *
 * @throws RangeError if a figure, with or without a case, is not inside (0, 1)
 */
export function probitCovariance({ cases, cells }: DeletedFigures): readonly (readonly number[])[] {
  const probit = (value: number): number => {
    if (value > 0 && value < 1) return normal.quantile(value);
    throw new RangeError(`probitCovariance: figures must lie inside (0, 1), got ${value}`);
  };
  const onProbitScale = cells.map((cell) => ({
    value: probit(cell.value),
    cases: cell.cases,
    deleted: Float64Array.from(cell.deleted, probit),
  }));
  const slopes = onProbitScale.map(({ value }) => normal.pdf(value));
  return jackknifeCovariance({ cases, cells: onProbitScale }).map((row, a) =>
    row.map((covariance, b) => slopes[a]! * slopes[b]! * covariance),
  );
}
