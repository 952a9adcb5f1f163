import type { DesignMatrix } from './design-matrix.ts';
import { mirrored } from './design-products.ts';
import type { Grouping } from './grouping.ts';
import { logistic } from './logistic-regression.ts';

/** Rows of one cluster, by position. */
export type ClusterRows = readonly Int32Array[];

/** The positions of each cluster's rows. */
export function clusterRows({ levels, index }: Grouping): ClusterRows {
  const rows = levels.map((): number[] => []);
  for (const [row, level] of index.entries()) rows[level]!.push(row);
  return rows.map((positions) => Int32Array.from(positions));
}

/** What one cluster adds to the estimating equations: Dᵀ·V⁻¹·D and Dᵀ·V⁻¹·(y − μ), without 1/φ. */
export interface ClusterTerms {
  /** [columns, columns], row-major. */
  readonly information: Float64Array;
  readonly score: Float64Array;
}

/** Means and Pearson residuals r = (y − μ)/√(μ(1 − μ)) of every row. */
export interface Residuals {
  readonly spread: Float64Array;
  readonly pearson: Float64Array;
}

/** Pearson residuals at linear predictors η, with √(μ(1 − μ)). */
export function pearsonResiduals(eta: Float64Array, response: Float64Array): Residuals {
  const spread = eta.map((value) => Math.sqrt(logistic(value) * logistic(-value)));
  const pearson = response.map((y, i) => {
    const error = y === 1 ? logistic(-eta[i]!) : y - logistic(eta[i]!);
    return error / spread[i]!;
  });
  return { spread, pearson };
}

/** φ = Σr²/N, and α = Σᵢ Σ_{j<k} r_ij·r_ik / (φ·pairs). */
export function exchangeableCorrelation(
  clusters: ClusterRows,
  pearson: Float64Array,
): { readonly scale: number; readonly alpha: number } {
  let squares = 0;
  let products = 0;
  let pairs = 0;
  for (const rows of clusters) {
    let sum = 0;
    let own = 0;
    for (const row of rows) {
      sum += pearson[row]!;
      own += pearson[row]! ** 2;
    }
    squares += own;
    products += (sum * sum - own) / 2;
    pairs += (rows.length * (rows.length - 1)) / 2;
  }
  const scale = squares / pearson.length;
  return { scale, alpha: pairs === 0 ? 0 : products / (scale * pairs) };
}

/**
 * A cluster's terms under R = (1 − α)·I + α·J, whose inverse is (I − c·J)/(1 − α) with
 * c = α/(1 + (n − 1)·α).
 */
export function clusterTerms(
  rows: Int32Array,
  { values, columns }: DesignMatrix,
  { spread, pearson, alpha }: Residuals & { readonly alpha: number },
): ClusterTerms {
  const information = new Float64Array(columns * columns);
  const score = new Float64Array(columns);
  const total = new Float64Array(columns);
  let residuals = 0;
  for (const row of rows) {
    const weight = spread[row]!;
    const at = row * columns;
    residuals += pearson[row]!;
    for (let j = 0; j < columns; j++) {
      const scaled = weight * values[at + j]!;
      if (scaled === 0) continue;
      total[j]! += scaled;
      score[j]! += scaled * pearson[row]!;
      for (let k = 0; k <= j; k++) {
        information[j * columns + k]! += scaled * weight * values[at + k]!;
      }
    }
  }
  const shared = alpha / (1 + (rows.length - 1) * alpha);
  for (let j = 0; j < columns; j++) {
    score[j] = (score[j]! - shared * total[j]! * residuals) / (1 - alpha);
    for (let k = 0; k <= j; k++) {
      const at = j * columns + k;
      information[at] = (information[at]! - shared * total[j]! * total[k]!) / (1 - alpha);
    }
  }
  return { information: mirrored(information, columns), score };
}
