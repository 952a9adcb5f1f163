import { chiSquared } from '../distributions/chi-squared.ts';
import {
  type OmnibusResult,
  pValueOf,
  type UndefinedResult,
  undefinedResult,
} from '../inference/test-result.ts';
import { cholesky, solveLower } from '../models/cholesky.ts';
import { checkTable } from './cohen-kappa.ts';
import { sum } from './rating-table.ts';

/**
 * Stuart and Maxwell's test that two raters (or two sessions) use the categories equally often, from their square table:
 * χ² = dᵀS⁻¹d with dᵢ = nᵢ. − n.ᵢ, Sᵢᵢ = nᵢ. + n.ᵢ − 2nᵢᵢ and Sᵢⱼ = −(nᵢⱼ + nⱼᵢ), one category left out. McNemar's test for
 * more than two categories. Of categories that are never confused with each other, each group leaves one out.
 *
 * @param table counts: row = category of the first rater, column = of the second, in the same order
 * @returns status 'no-discordant-pairs' where the raters never differ
 * @throws RangeError if the table is not square or a count is not whole and ≥ 0
 * @example
 * ```ts
 * stuartMaxwellTest([[20, 5], [10, 15]]).statistic?.toFixed(3); // => '1.667'
 * ```
 * @see Stuart 1955, Biometrika 42:412, doi 10.1093/biomet/42.3-4.412; Maxwell 1970, Br J Psychiatry 116:651
 */
export function stuartMaxwellTest(
  table: readonly (readonly number[])[],
): OmnibusResult | UndefinedResult<'no-discordant-pairs'> {
  checkTable('stuartMaxwellTest', table);
  const context = {
    design: 'paired',
    n: { subjects: sum(table.map(sum)), categories: table.length },
    warnings: [],
    method: 'stuart-maxwell',
    references: ['Stuart 1955, doi 10.1093/biomet/42.3-4.412'],
  };
  const groups = confusedGroups(table).filter((group) => group.length > 1);
  if (groups.length === 0) {
    return undefinedResult('no-discordant-pairs', { alternative: 'two-sided' }, context);
  }
  const statistic = sum(groups.map((group) => quadraticForm(table, group.slice(1))));
  const df = sum(groups.map((group) => group.length - 1));
  return {
    status: 'ok',
    estimate: null,
    se: null,
    statistic,
    dist: 'chi-square',
    df: [df],
    pValue: pValueOf(statistic, 'greater', chiSquared({ df }).sf),
    alternative: 'two-sided',
    ci: null,
    ...context,
  };
}

/** Categories that are confused with each other, directly or by way of others. */
function confusedGroups(table: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const group = table.map((_, i) => i);
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      if (i === j || count === 0) return;
      const [from, to] = [group[j]!, group[i]!];
      group.forEach((own, at) => {
        if (own === from) group[at] = to;
      });
    });
  });
  return [...new Set(group)].map((name) => group.flatMap((own, at) => (own === name ? [at] : [])));
}

/** dᵀS⁻¹d = |L⁻¹d|² of some categories. */
function quadraticForm(
  table: readonly (readonly number[])[],
  categories: readonly number[],
): number {
  const margins = (i: number): readonly [number, number] => [
    sum(table[i]!),
    sum(table.map((row) => row[i]!)),
  ];
  const matrix = Float64Array.from(
    categories.flatMap((i) => {
      const [row, column] = margins(i);
      return categories.map((j) =>
        i === j ? row + column - 2 * table[i]![i]! : -(table[i]![j]! + table[j]![i]!),
      );
    }),
  );
  const differences = Float64Array.from(categories, (i) => margins(i)[0] - margins(i)[1]);
  const factor = cholesky(matrix, categories.length);
  if (typeof factor === 'number') {
    throw new RangeError(`stuartMaxwellTest: the table must have a covariance, row ${factor}`);
  }
  return solveLower(factor, differences).reduce((total, x) => total + x * x, 0);
}
