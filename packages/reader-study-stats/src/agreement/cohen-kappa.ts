import { checkLevel } from '../proportions/check-counts.ts';
import { type Agreement, agreementResult, noAgreement } from './agreement-result.ts';
import {
  type AgreementWeights,
  type Ratings,
  sum,
  tabulate,
  weightMatrix,
} from './rating-table.ts';

/** Options of {@link cohenKappa}. */
export interface CohenKappaOptions {
  /** Default 'unweighted'; own weights: agreement of categories i and j, 1 on the diagonal. */
  readonly weights?: AgreementWeights;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/**
 * Cohen's kappa of two raters, κ = (pₒ − pₑ)/(1 − pₑ) with pₒ = Σ wᵢⱼpᵢⱼ and pₑ = Σ wᵢⱼpᵢ.p.ⱼ; with weights, the
 * weighted kappa.
 *
 * @param table counts: row = category of the first rater, column = of the second, in the same order
 * @returns `se` of Fleiss, Cohen and Everitt for any κ, `seNull` for κ = 0; status 'no-pairs' for an empty table,
 *   'one-category' where both raters used one and the same
 * @throws RangeError if the table is not square or a count is not whole and ≥ 0
 * @example
 * ```ts
 * cohenKappa([[20, 5], [10, 15]]).estimate?.toFixed(3); // => '0.400'
 * ```
 * @see Cohen 1960, doi 10.1177/001316446002000104; Cohen 1968, doi 10.1037/h0026256
 * @see Fleiss, Cohen and Everitt 1969, Psychol Bull 72:323, doi 10.1037/h0028106
 */
export function cohenKappa(
  table: readonly (readonly number[])[],
  options: CohenKappaOptions = {},
): Agreement {
  const { weights = 'unweighted', level = 0.95 } = options;
  checkLevel('cohenKappa', level);
  checkTable('cohenKappa', table);
  const w = weightMatrix('cohenKappa', weights, table.length);
  const total = sum(table.map(sum));
  const context = {
    design: 'paired',
    n: { subjects: total, raters: 2, categories: table.length },
    warnings: [],
    method: typeof weights === 'string' ? `cohen-kappa, ${weights}` : 'cohen-kappa, own weights',
    references: ['Cohen 1968, doi 10.1037/h0026256', 'Fleiss et al. 1969, doi 10.1037/h0028106'],
  };
  if (total === 0) return noAgreement('no-pairs', context);
  const rows = table.map((row) => sum(row) / total);
  const columns = rows.map((_, j) => sum(table.map((row) => row[j]!)) / total);
  const over = (f: (i: number, j: number) => number): number =>
    sum(rows.map((_, i) => sum(columns.map((_, j) => f(i, j)))));
  const observed = over((i, j) => (w[i]![j]! * table[i]![j]!) / total);
  const expected = over((i, j) => w[i]![j]! * rows[i]! * columns[j]!);
  const beyond = over((i, j) => (1 - w[i]![j]!) * rows[i]! * columns[j]!);
  if (!(beyond > 0)) return noAgreement('one-category', context);
  const kappa = 1 - over((i, j) => ((1 - w[i]![j]!) * table[i]![j]!) / total) / beyond;
  const ofRow = w.map((line) => sum(line.map((weight, j) => weight * columns[j]!)));
  const ofColumn = w.map((_, j) => sum(w.map((line, i) => line[j]! * rows[i]!)));
  // Fleiss, Cohen and Everitt: var κ = [Σ pᵢⱼ(wᵢⱼ − (w̄ᵢ. + w̄.ⱼ)(1 − κ))² − (κ − pₑ(1 − κ))²]/(n(1 − pₑ)²)
  const spread = over(
    (i, j) => (table[i]![j]! / total) * (w[i]![j]! - (ofRow[i]! + ofColumn[j]!) * (1 - kappa)) ** 2,
  );
  const nullSpread = over(
    (i, j) => rows[i]! * columns[j]! * (w[i]![j]! - ofRow[i]! - ofColumn[j]!) ** 2,
  );
  const errorOf = (square: number): number =>
    Math.sqrt(Math.max(0, square < 1e-14 ? 0 : square) / total) / beyond;
  return agreementResult(
    {
      estimate: kappa,
      se: errorOf(spread - (kappa - expected * (1 - kappa)) ** 2),
      seNull: errorOf(nullSpread - expected ** 2),
      df: null,
      level,
      observed,
      expected,
    },
    context,
  );
}

/**
 * The table of two raters, for {@link cohenKappa}; subjects that one of them left out do not count.
 *
 * @param ratings subjects by two raters
 * @throws RangeError if a row has not two answers
 * @example
 * ```ts
 * agreementTable([['real', 'fake'], ['real', 'real']]).counts; // => [[0, 0], [1, 1]]
 * ```
 */
export function agreementTable(ratings: Ratings): {
  /** Those that occur, numbers by value, then names by alphabet: the order of rows and columns. */
  readonly categories: readonly (string | number)[];
  /** Subjects by category of the first rater (row) and of the second (column). */
  readonly counts: readonly (readonly number[])[];
} {
  const { categories, raters } = tabulate('agreementTable', ratings);
  if (ratings.length > 0 && raters !== 2) {
    throw new RangeError(`agreementTable: there must be two raters, got ${raters}`);
  }
  const index = new Map(categories.map((category, i) => [category, i]));
  const counts = categories.map(() => categories.map(() => 0));
  for (const [first, second] of ratings) {
    if (first == null || second == null) continue;
    counts[index.get(first)!]![index.get(second)!]!++;
  }
  return { categories, counts };
}

/** @throws RangeError unless the table is square and its counts are whole and ≥ 0 */
export function checkTable(caller: string, table: readonly (readonly number[])[]): void {
  table.forEach((row, i) => {
    if (row.length !== table.length) {
      throw new RangeError(
        `${caller}: the table must be square, got ${row.length} columns in row ${i + 1} of ${table.length}`,
      );
    }
    for (const count of row) {
      if (!Number.isSafeInteger(count) || count < 0) {
        throw new RangeError(`${caller}: counts must be whole and >= 0, got ${count}`);
      }
    }
  });
}
