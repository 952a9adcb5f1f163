import { normalDensity, normalQuantile } from '../normal.ts';
import { dot, symmetric } from './matrix.ts';

/** Figures of merit with each case left out in turn. */
export interface DeletedFigures {
  /** Number of cases of the study, numbered from 0. */
  readonly cases: number;
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
 * @see Hillis, Obuchowski, Schartz and Berbaum 2005, Stat Med 24:1579, doi 10.1002/sim.2024
 */
export function jackknifeCovariance({ cases, cells }: DeletedFigures): readonly Float64Array[] {
  const deviations = cells.map(({ value, cases: own, deleted }) => {
    const row = new Float64Array(cases);
    let sum = 0;
    for (let i = 0; i < own.length; i++) {
      const change = deleted[i]! - value;
      if (!Number.isFinite(change)) {
        throw new RangeError(
          `jackknifeCovariance: every figure must be finite, got ${deleted[i]} of ${value} without case ${own[i]}`,
        );
      }
      row[own[i]!] = change;
      sum += change;
    }
    return row.map((change) => change - sum / cases);
  });
  const present = cells.map(({ cases: own }) => {
    const flags = new Uint8Array(cases);
    for (let i = 0; i < own.length; i++) flags[own[i]!] = 1;
    return flags;
  });
  return symmetric(cells.length, (a, b) =>
    meet(present[a]!, present[b]!)
      ? ((cases - 1) / cases) * dot(deviations[a]!, deviations[b]!)
      : 0,
  );
}

/**
 * Jackknife covariances on the probit scale z = Φ⁻¹(θ), brought back by the delta method:
 * Cov(θₐ, θ_b) ≈ φ(zₐ)·φ(z_b)·Cov(zₐ, z_b).
 *
 * @throws RangeError if a figure, with or without a case, is not inside (0, 1)
 */
export function probitCovariance({ cases, cells }: DeletedFigures): readonly Float64Array[] {
  const probit = (value: number): number => {
    if (value > 0 && value < 1) return normalQuantile(value);
    throw new RangeError(`probitCovariance: figures must lie inside (0, 1), got ${value}`);
  };
  const onProbitScale = cells.map((cell) => ({
    value: probit(cell.value),
    cases: cell.cases,
    deleted: Float64Array.from(cell.deleted, probit),
  }));
  const slopes = onProbitScale.map(({ value }) => normalDensity(value));
  return jackknifeCovariance({ cases, cells: onProbitScale }).map((row, a) =>
    row.map((covariance, b) => slopes[a]! * slopes[b]! * covariance),
  );
}

function meet(a: Uint8Array, b: Uint8Array): boolean {
  return a.some((flag, i) => flag === 1 && b[i] === 1);
}
