/** A category of an answer: a name, or a number. */
export type Category = string | number;

/** Subjects by raters; null where a rater gave no answer. */
export type Ratings = readonly (readonly (Category | null)[])[];

/** How much an answer in category j agrees with one in category i: 1 on the diagonal. */
export type AgreementWeights =
  | 'unweighted'
  | 'linear'
  | 'quadratic'
  | 'ordinal'
  | readonly (readonly number[])[];

/** Ratings as counts. */
export interface RatingTable {
  /** In the order of the weights. */
  readonly categories: readonly Category[];
  /** Per subject, how many raters chose each category; subjects without answers are left out. */
  readonly counts: readonly (readonly number[])[];
  /** Answers per subject, in the order of `counts`. */
  readonly sizes: readonly number[];
  readonly raters: number;
}

/**
 * Counts the ratings.
 *
 * @param given all categories in their order; default: those that occur, numbers by value, then names by alphabet
 * @throws RangeError if rows differ in length, an answer is NaN or not among the categories
 */
export function tabulate(
  caller: string,
  ratings: Ratings,
  given?: readonly Category[],
): RatingTable {
  const raters = ratings[0]?.length ?? 0;
  const occurring = new Set<Category>();
  ratings.forEach((row, i) => {
    if (row.length !== raters) {
      throw new RangeError(
        `${caller}: every row must have ${raters} answers, got ${row.length} in row ${i + 1}`,
      );
    }
    for (const answer of row) {
      if (answer === null) continue;
      if (typeof answer === 'number' && !Number.isFinite(answer)) {
        throw new RangeError(`${caller}: answers must be finite, got ${answer} in row ${i + 1}`);
      }
      occurring.add(answer);
    }
  });
  const categories = given ?? [...occurring].sort(byValue);
  const index = new Map(categories.map((category, i) => [category, i]));
  for (const answer of occurring) {
    if (!index.has(answer)) {
      throw new RangeError(`${caller}: answers must be among the categories, got ${answer}`);
    }
  }
  const counts = ratings
    .map((row) => {
      const ofRow = categories.map(() => 0);
      for (const answer of row) if (answer !== null) ofRow[index.get(answer)!]!++;
      return ofRow;
    })
    .filter((row) => row.some((count) => count > 0));
  return { categories, counts, sizes: counts.map(sum), raters };
}

/**
 * The matrix of weights of q ordered categories: linear 1 − |i − j|/(q − 1); quadratic 1 − (i − j)²/(q − 1)²;
 * ordinal 1 − m(|i − j| + 1)/m(q) with m(k) = k(k − 1)/2.
 *
 * @throws RangeError unless own weights are q × q, finite, symmetric, and 1 on the diagonal
 */
export function weightMatrix(
  caller: string,
  weights: AgreementWeights,
  size: number,
): readonly (readonly number[])[] {
  if (typeof weights !== 'string') return checkedWeights(caller, weights, size);
  const last = Math.max(1, size - 1);
  const disagreement = (distance: number): number => {
    if (weights === 'unweighted') return distance === 0 ? 0 : 1;
    if (weights === 'linear') return distance / last;
    if (weights === 'quadratic') return (distance / last) ** 2;
    return (distance * (distance + 1)) / (last * (last + 1));
  };
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => 1 - disagreement(Math.abs(i - j))),
  );
}

function checkedWeights(
  caller: string,
  weights: readonly (readonly number[])[],
  size: number,
): readonly (readonly number[])[] {
  if (weights.length !== size || weights.some((row) => row.length !== size)) {
    throw new RangeError(
      `${caller}: weights must be ${size} by ${size}, got ${weights.length} rows`,
    );
  }
  weights.forEach((row, i) => {
    row.forEach((weight, j) => {
      if (!(weight >= 0 && weight <= 1) || weight !== weights[j]![i] || (i === j && weight !== 1)) {
        throw new RangeError(
          `${caller}: weights must be symmetric, in [0, 1] and 1 on the diagonal, got ${weight} at ${i + 1}, ${j + 1}`,
        );
      }
    });
  });
  return weights;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function byValue(a: Category, b: Category): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : 1;
}
