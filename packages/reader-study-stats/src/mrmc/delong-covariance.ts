import { placements } from '../roc/auc.ts';
import { dot, symmetric } from './matrix.ts';
import type { MrmcData } from './mrmc-data.ts';

/**
 * DeLong's covariances of the empirical AUCs of all cells:
 *
 * Cov(a, b) = Σ_shared (Vₐ − Aₐ)(V_b − A_b) / (c·mₐ·m_b), over positives and over negatives,
 *
 * with V the placements and c = √((1 − 1/mₐ)(1 − 1/m_b)); for cells with the same m cases, that is
 * DeLong's S/m. **Difference** from DeLong: cells may have different cases, the shared ones count.
 *
 * @see DeLong, DeLong and Clarke-Pearson 1988, doi 10.2307/2531595
 */
export function delongCovariance(data: MrmcData): readonly (readonly number[])[] {
  const sizes = { positives: data.positives.length, negatives: data.negatives.length };
  const deviations = data.cells.map((cell) => {
    const shares = placements(cell.positives.ratings, cell.negatives.ratings);
    const spread = (name: 'positives' | 'negatives'): Float64Array => {
      const { cases } = cell[name];
      const row = new Float64Array(sizes[name]);
      const scale = 1 / Math.sqrt(cases.length * (cases.length - 1));
      for (let i = 0; i < cases.length; i++) {
        row[cases[i]!] = (shares[name][i]! - shares.auc) * scale;
      }
      return row;
    };
    return { positives: spread('positives'), negatives: spread('negatives') };
  });
  return symmetric(
    data.cells.length,
    (a, b) =>
      dot(deviations[a]!.positives, deviations[b]!.positives) +
      dot(deviations[a]!.negatives, deviations[b]!.negatives),
  );
}
