import type { Clusters } from './clusters.ts';
import type { RankedScores } from './ranked-scores.ts';

/** An area with its variance over patients. */
export interface ClusteredArea {
  readonly area: number;
  /** null where a class comes from a single patient. */
  readonly se: number | null;
  /** Satterthwaite's degrees of freedom of `se`; null where it is null or 0. */
  readonly df: number | null;
  /** Per patient: its share in the deviation of the area (an influence value over the patients). */
  readonly influence: Float64Array;
}

/**
 * The empirical area with Obuchowski's variance for patients who have several images. With the
 * placements V₁₀ of M positives and V₀₁ of N negatives summed by patient to X and Y,
 * Var = S₁₀/M + S₀₁/N + 2·S₁₁/(MN),
 * S₁₀ = I₁₀/((I₁₀ − 1)·M) · Σ(X − m·A)², S₀₁ alike, S₁₁ = I/(I − 1) · Σ(X − m·A)(Y − n·A).
 * It is DeLong's where each patient has one image.
 *
 * @see Obuchowski 1997, Biometrics 53:567, doi 10.2307/2533958
 */
export function clusteredArea(ranked: RankedScores, { of, count }: Clusters): ClusteredArea {
  const { positives, negatives } = placementsOf(ranked);
  const [m, n] = [ranked.positives.length, ranked.negatives.length];
  const area = areaOf(ranked);
  const ofPositives = sumBy(ranked.positives, positives, { of, count, center: area });
  const ofNegatives = sumBy(ranked.negatives, negatives, { of, count, center: area });
  const influence = new Float64Array(count);
  let [squaresPositive, squaresNegative, products] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = ofPositives.sums[i]!;
    const y = ofNegatives.sums[i]!;
    influence[i] = x / m + y / n;
    squaresPositive += x * x;
    squaresNegative += y * y;
    products += x * y;
  }
  const [i10, i01] = [ofPositives.patients, ofNegatives.patients];
  if (i10 < 2 || i01 < 2) return { area, se: null, df: null, influence };
  const positivePart = ((i10 / (i10 - 1)) * squaresPositive) / (m * m);
  const negativePart = ((i01 / (i01 - 1)) * squaresNegative) / (n * n);
  const sharedPart = (2 * (count / (count - 1)) * products) / (m * n);
  const variance = positivePart + negativePart + sharedPart;
  if (variance < ROUNDING) return { area, se: 0, df: null, influence };
  const df = variance ** 2 / (positivePart ** 2 / (i10 - 1) + negativePart ** 2 / (i01 - 1));
  return { area, se: Math.sqrt(variance), df, influence };
}

/** The share of pairs whose positive scores higher, ties counted half: exact up to the last division. */
function areaOf({ positives, negatives, below, upTo }: RankedScores): number {
  let twiceWins = 0;
  for (let i = 0; i < below.length; i++) twiceWins += below[i]! + upTo[i]!;
  return twiceWins / 2 / positives.length / negatives.length;
}

/** Variances below this are equal shares plus rounding. */
const ROUNDING = 1e-28;

/** Per positive the share of negatives below it, per negative the share of positives above; ties half. */
function placementsOf({ positives, negatives, below, upTo }: RankedScores): {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
} {
  const [m, n] = [positives.length, negatives.length];
  const ofNegatives = new Float64Array(n);
  let notAbove = 0;
  let lower = 0;
  for (let rank = 0; rank < n; rank++) {
    while (notAbove < m && below[notAbove]! <= rank) notAbove++;
    while (lower < m && upTo[lower]! <= rank) lower++;
    ofNegatives[rank] = (m - notAbove + (m - lower)) / 2 / m;
  }
  return {
    positives: Float64Array.from(below, (less, rank) => (less + upTo[rank]!) / 2 / n),
    negatives: ofNegatives,
  };
}

/** Sums of value − center over the images of each patient, and how many patients have any. */
function sumBy(
  images: Int32Array,
  values: Float64Array,
  { of, count, center }: Clusters & { readonly center: number },
): { readonly sums: Float64Array; readonly patients: number } {
  const sums = new Float64Array(count);
  const seen = new Uint8Array(count);
  images.forEach((image, rank) => {
    const patient = of[image]!;
    sums[patient]! += values[rank]! - center;
    seen[patient] = 1;
  });
  return { sums, patients: seen.reduce((total, flag) => total + flag, 0) };
}
