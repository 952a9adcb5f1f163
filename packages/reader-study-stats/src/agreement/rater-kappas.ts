import { checkLevel } from '../proportions/check-counts.ts';
import { type Agreement, agreementResult, noAgreement } from './agreement-result.ts';
import type { AgreementOptions } from './chance-corrected.ts';
import { type Category, type Ratings, sum, tabulate, weightMatrix } from './rating-table.ts';

/** Observed and expected agreement of every pair of raters, and what each subject adds to them. */
interface PairAgreement {
  readonly observed: number;
  readonly expected: number;
  /** Agreement of the subject's two answers. */
  readonly own: readonly number[];
  /** Linear part of the subject in the expected agreement: w̄(answer of one) + w̄(answer of the other). */
  readonly moved: readonly number[];
}

/**
 * Conger's kappa of any number of raters, each with its own shares of the categories: chance is the agreement of two raters
 * who answer independently, averaged over their pairs, pₑ = mean Σ wₖₗpᵣₖpₛₗ. With two raters it is Cohen's kappa; Fleiss' has
 * one set of shares for all.
 *
 * @param ratings subjects by raters, at least two; subjects with a missing answer are left out, with a warning
 * @returns `se` by linearisation over subjects, with t on n − 1 degrees of freedom; no `seNull`
 * @throws RangeError if the ratings, categories, weights or the level are not valid
 * @example
 * ```ts
 * congerKappa([['a', 'a'], ['a', 'b'], ['b', 'b'], ['b', 'b']]).estimate?.toFixed(3); // => '0.500'
 * ```
 * @see Conger 1980, Psychol Bull 88:322, doi 10.1037/0033-2909.88.2.322
 */
export function congerKappa(ratings: Ratings, options: AgreementOptions = {}): Agreement {
  return ofPairs('congerKappa', ratings, options, (pairs) => {
    const mean = (of: (pair: PairAgreement) => number): number => sum(pairs.map(of)) / pairs.length;
    const [observed, expected] = [mean((pair) => pair.observed), mean((pair) => pair.expected)];
    const estimate = (observed - expected) / (1 - expected);
    const influence = (i: number): number =>
      (mean((pair) => pair.own[i]! - (1 - estimate) * pair.moved[i]!) +
        (1 - estimate) * expected * 2 -
        observed) /
      (1 - expected);
    return { estimate, observed, expected, influence };
  });
}

/**
 * Light's kappa of any number of raters: the mean of Cohen's kappas of all pairs of raters.
 *
 * @param ratings subjects by raters, at least two; subjects with a missing answer are left out, with a warning
 * @returns `se` by linearisation over subjects, with t on n − 1 degrees of freedom; no `seNull`
 * @throws RangeError if the ratings, categories, weights or the level are not valid
 * @example
 * ```ts
 * lightKappa([['a', 'a'], ['a', 'b'], ['b', 'b'], ['b', 'b']]).estimate?.toFixed(3); // => '0.500'
 * ```
 * @see Light 1971, Psychol Bull 76:365, doi 10.1037/h0031643
 */
export function lightKappa(ratings: Ratings, options: AgreementOptions = {}): Agreement {
  return ofPairs('lightKappa', ratings, options, (pairs) => {
    const mean = (of: (pair: PairAgreement) => number): number => sum(pairs.map(of)) / pairs.length;
    const kappa = ({ observed, expected }: PairAgreement): number =>
      (observed - expected) / (1 - expected);
    const influence = (i: number): number =>
      mean((pair) => {
        const left = 1 - kappa(pair);
        return (
          (pair.own[i]! - left * pair.moved[i]! + 2 * left * pair.expected - pair.observed) /
          (1 - pair.expected)
        );
      });
    return {
      estimate: mean(kappa),
      observed: mean((pair) => pair.observed),
      expected: mean((pair) => pair.expected),
      influence,
    };
  });
}

function ofPairs(
  caller: 'congerKappa' | 'lightKappa',
  ratings: Ratings,
  options: AgreementOptions,
  estimateOf: (pairs: readonly PairAgreement[]) => {
    readonly estimate: number;
    readonly observed: number;
    readonly expected: number;
    /** What the subject moves the estimate by, times n; 0 on average. */
    influence(subject: number): number;
  },
): Agreement {
  const { weights = 'unweighted', level = 0.95 } = options;
  checkLevel(caller, level);
  const { categories, raters } = tabulate(caller, ratings, options.categories);
  const w = weightMatrix(caller, weights, categories.length);
  const index = new Map<Category | null, number>(categories.map((category, i) => [category, i]));
  const complete = ratings.filter((row) => !row.includes(null));
  const answers = complete.map((row) => row.map((answer) => index.get(answer)!));
  const n = answers.length;
  const left = ratings.length - n;
  const context = {
    n: { subjects: n, raters, categories: categories.length },
    warnings: left > 0 ? [`${left} subjects with missing answers are left out`] : [],
    ...NAMES[caller],
  };
  if (n === 0 || raters < 2) return noAgreement('no-pairs', context);
  const pairs = answers[0]!.flatMap((_, a) =>
    Array.from({ length: a }, (__, b) => pairAgreement(answers, [a, b], w)),
  );
  const isConstant = (pair: PairAgreement): boolean => !(1 - pair.expected > 1e-12);
  if (caller === 'lightKappa' ? pairs.some(isConstant) : pairs.every(isConstant)) {
    return noAgreement('one-category', context);
  }
  const { estimate, observed, expected, influence } = estimateOf(pairs);
  if (n === 1) return noAgreement('one-subject', context, estimate);
  const squares = sum(answers.map((_, i) => influence(i) ** 2));
  const se = Math.sqrt(squares / (n * (n - 1)));
  const df = n - 1;
  return agreementResult(
    { estimate, se: se < 1e-9 ? 0 : se, seNull: null, df, level, observed, expected },
    context,
  );
}

function pairAgreement(
  answers: readonly (readonly number[])[],
  [a, b]: readonly [number, number],
  w: readonly (readonly number[])[],
): PairAgreement {
  const n = answers.length;
  const shares = [a, b].map((rater) => {
    const counts = w.map(() => 0);
    for (const row of answers) counts[row[rater]!]! += 1 / n;
    return counts;
  });
  const averages = shares.map((own) =>
    w.map((line) => sum(line.map((weight, k) => weight * own[k]!))),
  );
  const own = answers.map((row) => w[row[a]!]![row[b]!]!);
  return {
    observed: sum(own) / n,
    expected: sum(shares[0]!.map((share, k) => share * averages[1]![k]!)),
    own,
    moved: answers.map((row) => averages[1]![row[a]!]! + averages[0]![row[b]!]!),
  };
}

const NAMES = {
  congerKappa: {
    method: 'conger-kappa',
    references: ['Conger 1980, doi 10.1037/0033-2909.88.2.322'],
  },
  lightKappa: { method: 'light-kappa', references: ['Light 1971, doi 10.1037/h0031643'] },
} as const;
