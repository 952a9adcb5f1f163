import { findRoot } from '../distributions/find-root.ts';
import type { Alternative } from '../inference/test-result.ts';
import { firstWhere } from '../proportions/at-most-as-probable.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type Count, checkCounts } from './count.ts';
import type { RatioInterval } from './ratio-intervals.ts';

/** The first count given both margins: its range, and how much more probable i + 1 is than i at odds ratio 1. */
interface Conditional {
  readonly k: number;
  readonly least: number;
  readonly most: number;
  ratio(i: number): number;
}

/**
 * Fisher's conditional odds ratio with its exact interval, as R's `fisher.test`: the first count given all margins follows
 * P(i; ψ) ∝ C(n₁, i)·C(n₂, t − i)·ψⁱ. The estimate has the mean E(i; ψ) = k; the lower end P(i ≥ k; ψ) = α/2, the upper end
 * P(i ≤ k; ψ) = α/2. It is nearer to 1 than the sample's odds ratio.
 *
 * **Difference** from R's `fisher.test`: ends are solved to all digits, where R's root search stops early (621.9 below).
 *
 * @param first k of n
 * @param second k of n
 * @param options confidence level, default 0.95; alternative: 'greater' has a lower end only, at α, 'less' an upper one
 * @returns status 'unbounded' where the first count is the largest possible, 'undefined' where a margin is empty
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * const odds = conditionalOddsRatio({ k: 3, n: 4 }, { k: 1, n: 4 });
 * [odds.estimate?.toFixed(3), odds.lower.toFixed(3), odds.upper?.toFixed(1)]; // => ['6.408', '0.212', '626.2']
 * ```
 * @see Fisher 1935, J R Stat Soc 98:39, doi 10.2307/2342435; Cornfield 1956, Proc 3rd Berkeley Symp 4:135
 */
export function conditionalOddsRatio(
  first: Count,
  second: Count,
  options: { readonly level?: number; readonly alternative?: Alternative } = {},
): RatioInterval {
  const { level = 0.95, alternative = 'two-sided' } = options;
  checkCounts('conditionalOddsRatio', first, second);
  checkLevel('conditionalOddsRatio', level);
  const given = conditional(first, second);
  const { k, least, most } = given;
  const base = { level, method: 'fisher-conditional' } as const;
  if (least === most)
    return { status: 'undefined', estimate: null, lower: 0, upper: null, ...base };
  const tail = alternative === 'two-sided' ? (1 - level) / 2 : 1 - level;
  const start = Math.log(
    ((first.k + 0.5) * (second.n - second.k + 0.5)) /
      ((second.k + 0.5) * (first.n - first.k + 0.5)),
  );
  const solve = (excess: (of: Sums) => number): number =>
    Math.exp(findRoot((log) => excess(sumsAt(given, log)), start));
  const hasLower = k > least && alternative !== 'less';
  const hasUpper = k < most && alternative !== 'greater';
  return {
    status: k === most ? 'unbounded' : 'ok',
    estimate: k === most ? null : k === least ? 0 : solve(({ mean }) => mean - k),
    lower: hasLower ? solve(({ above, at }) => above + at - tail) : 0,
    upper: hasUpper ? solve(({ below, at }) => tail - (below + at)) : null,
    ...base,
  };
}

function conditional(first: Count, second: Count): Conditional {
  const successes = first.k + second.k;
  return {
    k: first.k,
    least: Math.max(0, successes - second.n),
    most: Math.min(first.n, successes),
    ratio: (i) => ((first.n - i) / (i + 1)) * ((successes - i) / (second.n - successes + i + 1)),
  };
}

/** Probabilities of less than k, k and more than k, and the mean. */
interface Sums {
  readonly below: number;
  readonly at: number;
  readonly above: number;
  readonly mean: number;
}

/** Sums from the mode outwards, until nothing is added. */
function sumsAt({ k, least, most, ratio }: Conditional, logOdds: number): Sums {
  const odds = Math.exp(logOdds);
  const mode = firstWhere((i) => i === most || odds * ratio(i) < 1, least - 1, most);
  const parts = [0, 0, 0];
  let moment = 0;
  const add = (i: number, weight: number): void => {
    parts[i < k ? 0 : i === k ? 1 : 2]! += weight;
    moment += (i - mode) * weight;
  };
  add(mode, 1);
  for (let i = mode, weight = 1; i < most && weight > 1e-30; i++) {
    weight *= odds * ratio(i);
    add(i + 1, weight);
  }
  for (let i = mode, weight = 1; i > least && weight > 1e-30; i--) {
    weight /= odds * ratio(i - 1);
    add(i - 1, weight);
  }
  const [below, at, above] = parts as [number, number, number];
  const total = below + at + above;
  return {
    below: below / total,
    at: at / total,
    above: above / total,
    mean: mode + moment / total,
  };
}
