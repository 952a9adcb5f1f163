import { checkLevel } from '../proportions/check-counts.ts';
import { type Agreement, agreementResult, noAgreement } from './agreement-result.ts';
import {
  type AgreementWeights,
  type Category,
  type Ratings,
  type RatingTable,
  sum,
  tabulate,
  weightMatrix,
} from './rating-table.ts';

/** Options of {@link fleissKappa}, {@link congerKappa}, {@link lightKappa}, {@link gwetAc} and {@link brennanPrediger}. */
export interface AgreementOptions {
  /** Default 'unweighted'; with weights, Gwet's AC1 is AC2. */
  readonly weights?: AgreementWeights;
  /** All categories in their order; default: those that occur. */
  readonly categories?: readonly Category[];
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** Chance agreement, and how a subject's answers move it. */
interface ChanceModel {
  readonly expected: number;
  /** Linear part of one subject, from its shares of the categories; null: chance does not depend on answers. */
  readonly ofSubject: ((shares: readonly number[]) => number) | null;
}

/**
 * Fleiss' kappa of any number of raters: chance is the agreement of two answers drawn from all, pₑ = Σ wₖₗπₖπₗ.
 *
 * @param ratings subjects by raters; null where there is no answer
 * @returns `se` for any κ (over subjects, by linearisation), with t on n − 1 degrees of freedom; `seNull` of Fleiss,
 *   Nee and Landis where every rater rated every subject, without weights
 * @throws RangeError if the ratings, categories, weights or the level are not valid
 * @example
 * ```ts
 * fleissKappa([['a', 'a'], ['a', 'b'], ['b', 'b'], ['b', 'b']]).estimate?.toFixed(3); // => '0.467'
 * ```
 * @see Fleiss 1971, Psychol Bull 76:378, doi 10.1037/h0031619
 * @see Fleiss, Nee and Landis 1979, Psychol Bull 86:974, doi 10.1037/0033-2909.86.5.974
 * @see Gwet 2014, Handbook of Inter-Rater Reliability (weights, missing answers, standard errors)
 */
export function fleissKappa(ratings: Ratings, options: AgreementOptions = {}): Agreement {
  return chanceCorrected('fleissKappa', ratings, options, (w, shares) => {
    const rows = w.map((line) => sum(line.map((weight, l) => weight * shares[l]!)));
    const expected = sum(rows.map((row, k) => row * shares[k]!));
    return { expected, ofSubject: (own) => sum(rows.map((row, k) => row * own[k]!)) };
  });
}

/**
 * Gwet's AC1 (AC2 with weights): chance is that of raters who guess at random where they are uncertain,
 * pₑ = Σ wₖₗ/(q(q − 1))·Σ πₖ(1 − πₖ). It stays high where one category prevails, when kappa falls to 0.
 *
 * @param ratings subjects by raters; null where there is no answer
 * @throws RangeError if the ratings, categories, weights or the level are not valid
 * @example
 * ```ts
 * gwetAc([['a', 'a'], ['a', 'b'], ['b', 'b'], ['b', 'b']]).estimate?.toFixed(3); // => '0.529'
 * ```
 * @see Gwet 2008, Br J Math Stat Psychol 61:29, doi 10.1348/000711006X126600
 */
export function gwetAc(ratings: Ratings, options: AgreementOptions = {}): Agreement {
  return chanceCorrected('gwetAc', ratings, options, (w, shares) => {
    const size = w.length;
    const scale = sum(w.map(sum)) / (size * Math.max(1, size - 1));
    const expected = scale * sum(shares.map((share) => share * (1 - share)));
    return {
      expected,
      ofSubject: (own) => scale * sum(shares.map((share, k) => own[k]! * (1 - share))),
    };
  });
}

/**
 * Brennan and Prediger's coefficient: chance is one and the same for every category, pₑ = Σ wₖₗ/q².
 *
 * @param ratings subjects by raters; null where there is no answer
 * @throws RangeError if the ratings, categories, weights or the level are not valid
 * @example
 * ```ts
 * brennanPrediger([['a', 'a'], ['a', 'b'], ['b', 'b'], ['b', 'b']]).estimate; // => 0.5
 * ```
 * @see Brennan and Prediger 1981, Educ Psychol Meas 41:687, doi 10.1177/001316448104100307
 */
export function brennanPrediger(ratings: Ratings, options: AgreementOptions = {}): Agreement {
  return chanceCorrected('brennanPrediger', ratings, options, (w) => ({
    expected: sum(w.map(sum)) / w.length ** 2,
    ofSubject: null,
  }));
}

function chanceCorrected(
  caller: 'fleissKappa' | 'gwetAc' | 'brennanPrediger',
  ratings: Ratings,
  options: AgreementOptions,
  chance: (weights: readonly (readonly number[])[], shares: readonly number[]) => ChanceModel,
): Agreement {
  const { weights = 'unweighted', level = 0.95 } = options;
  checkLevel(caller, level);
  const table = tabulate(caller, ratings, options.categories);
  const { counts, sizes, categories } = table;
  const n = counts.length;
  const w = weightMatrix(caller, weights, categories.length);
  const context = {
    n: { subjects: n, raters: table.raters, categories: categories.length },
    warnings: [],
    ...NAMES[caller],
  };
  const paired = sizes.filter((size) => size > 1).length;
  if (paired === 0) return noAgreement('no-pairs', context);
  const agreements = counts.map((row, i) => subjectAgreement(row, sizes[i]!, w));
  const observed = sum(agreements) / paired;
  const own = counts.map((row, i) => row.map((count) => count / sizes[i]!));
  const shares = categories.map((_, k) => sum(own.map((row) => row[k]!)) / n);
  const { expected, ofSubject } = chance(w, shares);
  if (!(1 - expected > 1e-12)) return noAgreement('one-category', context);
  const estimate = (observed - expected) / (1 - expected);
  if (n === 1) return noAgreement('one-subject', context, estimate);
  // Each subject's part of the estimate, less what it moves chance by: their variance is the squared error.
  const squares = agreements.map((agreement, i) => {
    const pair = sizes[i]! > 1 ? (n / paired) * (agreement - expected) : 0;
    const moved = ofSubject ? 2 * (1 - estimate) * (ofSubject(own[i]!) - expected) : 0;
    return ((pair - moved) / (1 - expected) - estimate) ** 2;
  });
  const se = Math.sqrt(sum(squares) / (n * (n - 1)));
  const hasNull = caller === 'fleissKappa' && weights === 'unweighted';
  const seNull = hasNull ? fleissNullError(table, shares) : null;
  return agreementResult(
    { estimate, se: se < 1e-9 ? 0 : se, seNull, df: n - 1, level, observed, expected },
    context,
  );
}

/** Σₖ rₖ(Σₗ wₖₗrₗ − 1)/(r(r − 1)): the share of a subject's pairs of answers that agree. */
function subjectAgreement(
  row: readonly number[],
  size: number,
  w: readonly (readonly number[])[],
): number {
  if (size < 2) return 0;
  const agreeing = row.map(
    (count, k) => count * (sum(w[k]!.map((weight, l) => weight * row[l]!)) - 1),
  );
  return sum(agreeing) / (size * (size - 1));
}

/** √(2/(N·m(m − 1)))·√((Σ pq)² − Σ pq(q − p))/Σ pq; null unless every subject has m answers. */
function fleissNullError({ counts, sizes, raters }: RatingTable, shares: readonly number[]) {
  if (sizes.some((size) => size !== raters)) return null;
  const products = shares.map((p) => p * (1 - p));
  const total = sum(products);
  const spread = total * total - sum(shares.map((p, k) => products[k]! * (1 - 2 * p)));
  return Math.sqrt((2 * spread) / (counts.length * raters * (raters - 1))) / total;
}

const NAMES = {
  fleissKappa: {
    method: 'fleiss-kappa',
    references: [
      'Fleiss 1971, doi 10.1037/h0031619',
      'Fleiss et al. 1979, doi 10.1037/0033-2909.86.5.974',
    ],
  },
  gwetAc: { method: 'gwet-ac', references: ['Gwet 2008, doi 10.1348/000711006X126600'] },
  brennanPrediger: {
    method: 'brennan-prediger',
    references: ['Brennan and Prediger 1981, doi 10.1177/001316448104100307'],
  },
} as const;
