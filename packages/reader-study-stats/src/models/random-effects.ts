import { type Cholesky, inverse, logDeterminant, positiveCholesky, solve } from './cholesky.ts';
import { mirrored } from './design-products.ts';
import { type Grouping, grouping } from './grouping.ts';

/**
 * Crossed random intercepts: row i gets Σₖ θₖ·u[levelₖ(i)], u ~ N(0, I). Written M·u below, with a
 * column of M for every level of every factor.
 */
export interface RandomEffects {
  /** The factor with most levels comes first: its block of MᵀWM is diagonal and is eliminated. */
  readonly factors: readonly Grouping[];
  /** Where each factor's levels begin in u. */
  readonly offsets: readonly number[];
  /** Number of levels of all factors. */
  readonly size: number;
  readonly rows: number;
}

/** The factors of a model, by name. */
export function randomEffects(
  caller: string,
  rows: readonly object[],
  names: readonly string[],
): RandomEffects {
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new RangeError(
      `${caller}: random must name one or more different columns, got ${JSON.stringify(names)}`,
    );
  }
  const factors = names
    .map((name) => grouping(caller, rows, name))
    .sort((a, b) => b.levels.length - a.levels.length);
  const offsets: number[] = [];
  let size = 0;
  for (const { levels } of factors) {
    offsets.push(size);
    size += levels.length;
  }
  return { factors, offsets, size, rows: rows.length };
}

/** M·u. */
export function timesRandom(
  { factors, offsets, rows }: RandomEffects,
  theta: readonly number[],
  u: Float64Array,
): Float64Array {
  const product = new Float64Array(rows);
  factors.forEach(({ index }, k) => {
    for (let i = 0; i < rows; i++) product[i]! += theta[k]! * u[offsets[k]! + index[i]!]!;
  });
  return product;
}

/** Mᵀ·v. */
export function transposedRandom(
  { factors, offsets, size, rows }: RandomEffects,
  theta: readonly number[],
  v: Float64Array,
): Float64Array {
  const product = new Float64Array(size);
  factors.forEach(({ index }, k) => {
    for (let i = 0; i < rows; i++) product[offsets[k]! + index[i]!]! += theta[k]! * v[i]!;
  });
  return product;
}

/** A = Mᵀ·W·M + I, factored as [D B; Bᵀ C] with D diagonal and S = C − BᵀD⁻¹B. */
export interface RandomSystem {
  readonly effects: RandomEffects;
  readonly theta: readonly number[];
  /** Diagonal of D. */
  readonly diagonal: Float64Array;
  /** D⁻¹·B, [levels of the first factor, levels of the others], row-major. */
  readonly coupling: Float64Array;
  readonly schur: Cholesky;
  /** log det A. */
  readonly logDet: number;
}

/** Factors A = Mᵀ·W·M + I for weights W = diag(w). */
export function randomSystem(
  effects: RandomEffects,
  theta: readonly number[],
  weights: Float64Array,
): RandomSystem {
  const [first, ...others] = effects.factors;
  const main = first!.levels.length;
  const rest = effects.size - main;
  const diagonal = new Float64Array(main).fill(1);
  const coupling = new Float64Array(main * rest);
  const dense = new Float64Array(rest * rest);
  for (let r = 0; r < rest; r++) dense[r * rest + r] = 1;
  const positions = others.map(({ index }, k) =>
    index.map((l) => effects.offsets[k + 1]! - main + l),
  );
  for (let i = 0; i < effects.rows; i++) {
    const weight = weights[i]!;
    const level = first!.index[i]!;
    diagonal[level]! += theta[0]! ** 2 * weight;
    for (let k = 0; k < others.length; k++) {
      const column = positions[k]![i]!;
      const scaled = theta[k + 1]! * weight;
      coupling[level * rest + column]! += theta[0]! * scaled;
      for (let m = 0; m < others.length; m++) {
        dense[column * rest + positions[m]![i]!]! += theta[m + 1]! * scaled;
      }
    }
  }
  eliminate({ diagonal, coupling, dense, rest });
  const schur = positiveCholesky(dense, rest);
  let logDet = logDeterminant(schur);
  for (const value of diagonal) logDet += Math.log(value);
  return { effects, theta, diagonal, coupling, schur, logDet };
}

/** Leaves D⁻¹·B in `coupling` and C − Bᵀ·D⁻¹·B in `dense`. */
function eliminate({
  diagonal,
  coupling,
  dense,
  rest,
}: {
  readonly diagonal: Float64Array;
  readonly coupling: Float64Array;
  readonly dense: Float64Array;
  readonly rest: number;
}): void {
  for (let level = 0; level < diagonal.length; level++) {
    const row = coupling.subarray(level * rest, (level + 1) * rest);
    for (let a = 0; a < rest; a++) {
      const scaled = row[a]! / diagonal[level]!;
      if (scaled === 0) continue;
      for (let b = 0; b <= a; b++) dense[a * rest + b]! -= scaled * row[b]!;
    }
    for (let a = 0; a < rest; a++) row[a]! /= diagonal[level]!;
  }
  mirrored(dense, rest);
}

/** A⁻¹·b. */
export function solveRandom(
  { diagonal, coupling, schur }: RandomSystem,
  b: Float64Array,
): Float64Array {
  const main = diagonal.length;
  const rest = schur.size;
  const right = b.slice(main);
  for (let level = 0; level < main; level++) {
    for (let a = 0; a < rest; a++) right[a]! -= coupling[level * rest + a]! * b[level]!;
  }
  const lower = solve(schur, right);
  const x = new Float64Array(b.length);
  x.set(lower, main);
  for (let level = 0; level < main; level++) {
    let value = b[level]! / diagonal[level]!;
    for (let a = 0; a < rest; a++) value -= coupling[level * rest + a]! * lower[a]!;
    x[level] = value;
  }
  return x;
}

/**
 * Of every row mᵢ of M: the entries of A⁻¹·mᵢ at the row's own levels, one array per factor. Their sum
 * weighted by θ is mᵢᵀ·A⁻¹·mᵢ.
 */
export function ownEntries(system: RandomSystem): readonly Float64Array[] {
  const { effects, theta, diagonal, coupling, schur } = system;
  const { factors, offsets, rows } = effects;
  const main = diagonal.length;
  const rest = schur.size;
  const dense = inverse(schur);
  const across = new Float64Array(main * rest);
  const variance = diagonal.map((value) => 1 / value);
  for (let level = 0; level < main; level++) {
    for (let a = 0; a < rest; a++) {
      let sum = 0;
      for (let b = 0; b < rest; b++) sum += coupling[level * rest + b]! * dense[b * rest + a]!;
      across[level * rest + a] = -sum;
      variance[level]! += sum * coupling[level * rest + a]!;
    }
  }
  const entries = factors.map(() => new Float64Array(rows));
  const place = (k: number, i: number): number => offsets[k]! - main + factors[k]!.index[i]!;
  for (let i = 0; i < rows; i++) {
    const level = factors[0]!.index[i]!;
    entries[0]![i] = theta[0]! * variance[level]!;
    for (let k = 1; k < factors.length; k++) {
      const shared = across[level * rest + place(k, i)]!;
      entries[0]![i]! += theta[k]! * shared;
      let sum = theta[0]! * shared;
      for (let m = 1; m < factors.length; m++) {
        sum += theta[m]! * dense[place(k, i) * rest + place(m, i)]!;
      }
      entries[k]![i] = sum;
    }
  }
  return entries;
}
