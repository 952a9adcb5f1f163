import { type Cholesky, solveLower, solveUpper } from './cholesky.ts';
import { symmetricEigen } from './symmetric-eigen.ts';
import type { ClusterTerms } from './working-correlation.ts';

/**
 * What the robust covariance does about too few clusters, whose residuals are smaller than the errors.
 * 'none': nothing (Liang and Zeger). 'kauermann-carroll': residuals times (I − H)^(−1/2), unbiased if
 * the working correlation is right. 'mancl-derouen': times (I − H)⁻¹, which errs to the safe side.
 */
export type SmallSampleCorrection = 'none' | 'kauermann-carroll' | 'mancl-derouen';

/** The exponent of I − H in each correction. */
const EXPONENT: Readonly<Record<SmallSampleCorrection, number>> = {
  none: 0,
  'kauermann-carroll': -0.5,
  'mancl-derouen': -1,
};

/**
 * The robust ("sandwich") covariance M⁻¹·(Σ sᵢ*·sᵢ*ᵀ)·M⁻¹, M = Σ Nᵢ, of cluster scores
 * sᵢ = Dᵢᵀ·Vᵢ⁻¹·(yᵢ − μᵢ) and informations Nᵢ = Dᵢᵀ·Vᵢ⁻¹·Dᵢ.
 *
 * The corrections multiply a cluster's residuals by (I − Hᵢ)^a, Hᵢ = Dᵢ·M⁻¹·Dᵢᵀ·Vᵢ⁻¹, a matrix as large
 * as the cluster. With M = L·Lᵀ it becomes one as large as the model:
 *
 * L⁻¹·sᵢ* = (I − L⁻¹·Nᵢ·L⁻ᵀ)^a · L⁻¹·sᵢ.
 *
 * @param bread the factor L of M
 * @returns row-major; null if a cluster alone decides a coefficient, so that I − H has no inverse
 * @see Liang and Zeger 1986, Biometrika 73:13, doi 10.1093/biomet/73.1.13
 * @see Kauermann and Carroll 2001, JASA 96:1387, doi 10.1198/016214501753382309
 * @see Mancl and DeRouen 2001, Biometrics 57:126, doi 10.1111/j.0006-341X.2001.00126.x
 */
export function sandwich(
  bread: Cholesky,
  clusters: readonly ClusterTerms[],
  correction: SmallSampleCorrection,
): Float64Array | null {
  const { size } = bread;
  const exponent = EXPONENT[correction];
  const covariance = new Float64Array(size * size);
  for (const cluster of clusters) {
    const scaled = solveLower(bread, cluster.score);
    const corrected =
      exponent === 0 ? scaled : inflated(bread, cluster.information, { scaled, exponent });
    if (corrected === null) return null;
    const influence = solveUpper(bread, corrected);
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) covariance[j * size + k]! += influence[j]! * influence[k]!;
    }
  }
  return covariance;
}

/** (I − L⁻¹·N·L⁻ᵀ)^exponent · scaled, or null if an eigenvalue of the leverage is 1. */
function inflated(
  bread: Cholesky,
  information: Float64Array,
  { scaled, exponent }: { readonly scaled: Float64Array; readonly exponent: number },
): Float64Array | null {
  const { size } = bread;
  const leverage = congruent(bread, information);
  const { values, vectors } = symmetricEigen(leverage, size);
  const result = new Float64Array(size);
  for (let m = 0; m < size; m++) {
    const rest = 1 - values[m]!;
    if (rest < 1e-9) return null;
    let projection = 0;
    for (let j = 0; j < size; j++) projection += vectors[j * size + m]! * scaled[j]!;
    projection *= rest ** exponent;
    for (let j = 0; j < size; j++) result[j]! += vectors[j * size + m]! * projection;
  }
  return result;
}

/** L⁻¹·N·L⁻ᵀ. */
function congruent(bread: Cholesky, information: Float64Array): Float64Array {
  const { size } = bread;
  const half = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    half.set(solveLower(bread, information.subarray(j * size, (j + 1) * size)), j * size);
  }
  const result = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const column = Float64Array.from({ length: size }, (_, k) => half[k * size + j]!);
    result.set(solveLower(bread, column), j * size);
  }
  return result;
}
