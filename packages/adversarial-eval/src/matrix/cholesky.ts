/** A factor of a positive semi-definite matrix A (n×n): A = L·Lᵀ. */
export interface CholeskyFactor {
  /** Columns of L: A's rank. */
  readonly rank: number;
  /** The rows of Lᵀ one after the other, rank × n, in A's own order of rows. */
  readonly transposed: Float64Array;
  /** Row that each column of L was taken at, largest remaining diagonal first. */
  readonly pivots: readonly number[];
}

/**
 * Cholesky factor with complete pivoting: works for singular matrices, such as covariances of fewer
 * samples than dimensions, and stops where what remains is rounding, n·ε·max diagonal.
 *
 * @param matrix symmetric, positive semi-definite, n×n row by row; unchanged
 * @param n rows
 * @see Higham 2009, WIREs Comput Stat 1:251, doi 10.1002/wics.18
 */
export function choleskyFactor(matrix: Float64Array, n: number): CholeskyFactor {
  const remaining = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
  const tolerance = n * Number.EPSILON * remaining.reduce((a, b) => Math.max(a, b), 0);
  const transposed = new Float64Array(n * n);
  const pivots: number[] = [];
  const isTaken = new Uint8Array(n);
  for (let rank = 0; rank < n; rank++) {
    const pivot = greatest(remaining, isTaken);
    if (!(remaining[pivot]! > tolerance)) break;
    const row = transposed.subarray(rank * n, (rank + 1) * n);
    row.set(matrix.subarray(pivot * n, (pivot + 1) * n));
    for (let done = 0; done < rank; done++) {
      const at = done * n;
      const factor = transposed[at + pivot]!;
      for (let i = 0; i < n; i++) row[i]! -= factor * transposed[at + i]!;
    }
    const root = Math.sqrt(row[pivot]!);
    for (let i = 0; i < n; i++) {
      row[i] = isTaken[i] ? 0 : row[i]! / root;
      remaining[i]! -= row[i]! ** 2;
    }
    isTaken[pivot] = 1;
    pivots.push(pivot);
  }
  return { rank: pivots.length, transposed: transposed.slice(0, pivots.length * n), pivots };
}

function greatest(values: Float64Array, isTaken: Uint8Array): number {
  let best = -1;
  values.forEach((value, i) => {
    if (!isTaken[i] && (best < 0 || value > values[best]!)) best = i;
  });
  return best;
}

/**
 * Solves L·z = b for a factor of full rank, so that bᵀA⁻¹b = ‖z‖² and log det A = 2 Σ log Lᵢᵢ.
 *
 * @returns z in the order of the pivots
 */
export function solveLower(
  { rank, transposed, pivots }: CholeskyFactor,
  b: Float64Array,
): Float64Array {
  const n = b.length;
  const rest = b.slice();
  return Float64Array.from({ length: rank }, (_, k) => {
    const pivot = pivots[k]!;
    const z = rest[pivot]! / transposed[k * n + pivot]!;
    for (let i = 0; i < n; i++) rest[i]! -= z * transposed[k * n + i]!;
    return z;
  });
}

/** Solves A·x = b for a factor of full rank. */
export function solveSymmetric(factor: CholeskyFactor, b: Float64Array): Float64Array {
  const { rank, transposed, pivots } = factor;
  const n = b.length;
  const z = solveLower(factor, b);
  const x = new Float64Array(n);
  for (let k = rank - 1; k >= 0; k--) {
    let sum = z[k]!;
    for (let later = k + 1; later < rank; later++) {
      sum -= transposed[k * n + pivots[later]!]! * x[pivots[later]!]!;
    }
    x[pivots[k]!] = sum / transposed[k * n + pivots[k]!]!;
  }
  return x;
}
