import { proportion } from '@mammo/reader-study-stats';
import type { PairedRecord } from './paired-record.ts';

/** k of n at one threshold, with Wilson's interval of images taken as independent; null where n is 0. */
export interface CurveCount {
  /** Pairs that were fooled: right before the attack and wrong after it. */
  readonly k: number;
  /** Pairs that the victim had right before the attack, at this threshold. */
  readonly n: number;
  /** k / n. */
  readonly rate: number | null;
  /** Lower limit of Wilson's interval. */
  readonly lower: number | null;
  /** Upper limit of Wilson's interval. */
  readonly upper: number | null;
}

/** Fooling rates at one threshold. */
export interface FoolingCurvePoint {
  /** A score above it is called positive. */
  readonly threshold: number;
  /** Positives called negative after the attack, of those called positive before. */
  readonly remove: CurveCount;
  /** Negatives called positive after the attack, of those called negative before. */
  readonly insert: CurveCount;
  /** The counts of `remove` and `insert` together. */
  readonly both: CurveCount;
}

/** Options of {@link foolingCurve}. */
export interface FoolingCurveOptions {
  /** Rising; default 101 evenly spaced ones over `scoreRange`, or over the scores where it is infinite. */
  readonly thresholds?: readonly number[];
  /** Least and greatest possible score; default [0, 1]. */
  readonly scoreRange?: readonly [number, number];
  /** Confidence level of all intervals; default 0.95. */
  readonly level?: number;
}

/**
 * Fooling rates over thresholds: a low one makes positives easy to keep and negatives easy to fool, so
 * a rate at one threshold is one point of this curve. O((pairs + thresholds)·log thresholds).
 *
 * @param pairs labels and scores before and after the attack
 * @throws RangeError unless the thresholds are finite and rising
 * @example
 * ```ts
 * const pairs = [
 *   { label: 'positive', scoreReal: 0.9, scoreFake: 0.4 },
 *   { label: 'negative', scoreReal: 0.2, scoreFake: 0.1 },
 * ] as const;
 * foolingCurve(pairs, { thresholds: [0.3, 0.5] }).map(({ both }) => `${both.k} of ${both.n}`); // => ['0 of 2', '1 of 2']
 * ```
 */
export function foolingCurve(
  pairs: readonly Pick<PairedRecord, 'label' | 'scoreReal' | 'scoreFake'>[],
  options: FoolingCurveOptions = {},
): readonly FoolingCurvePoint[] {
  const { level = 0.95 } = options;
  const thresholds = options.thresholds ?? evenThresholds(pairs, options.scoreRange ?? [0, 1]);
  const bad = thresholds.findIndex(
    (threshold, i) => !(Number.isFinite(threshold) && threshold > (thresholds[i - 1] ?? -Infinity)),
  );
  if (bad >= 0) {
    throw new RangeError(
      `foolingCurve: thresholds must be finite and rising, got ${thresholds[bad]} at index ${bad}`,
    );
  }
  const steps = { remove: counter(thresholds), insert: counter(thresholds) };
  for (const { label, scoreReal, scoreFake } of pairs) {
    if (label === 'positive') steps.remove.add([-Infinity, scoreReal], [scoreFake, scoreReal]);
    else steps.insert.add([scoreReal, Infinity], [scoreReal, scoreFake]);
  }
  const remove = steps.remove.counts();
  const insert = steps.insert.counts();
  return thresholds.map((threshold, i) => {
    const [a, b] = [remove[i]!, insert[i]!];
    const count = (k: number, n: number): CurveCount => {
      const { rate, lower, upper } = proportion(k, n, { level });
      return { k, n, rate, lower, upper };
    };
    return {
      threshold,
      remove: count(a.k, a.n),
      insert: count(b.k, b.n),
      both: count(a.k + b.k, a.n + b.n),
    };
  });
}

function evenThresholds(
  pairs: readonly Pick<PairedRecord, 'scoreReal' | 'scoreFake'>[],
  scoreRange: readonly [number, number],
): readonly number[] {
  let [least, greatest] = scoreRange;
  if (!(Number.isFinite(least) && Number.isFinite(greatest))) {
    [least, greatest] = [Infinity, -Infinity];
    for (const { scoreReal, scoreFake } of pairs) {
      least = Math.min(least, scoreReal, scoreFake);
      greatest = Math.max(greatest, scoreReal, scoreFake);
    }
  }
  if (!(greatest > least)) return Number.isFinite(least) ? [least] : [];
  return Array.from({ length: 101 }, (_, i) => ((100 - i) * least + i * greatest) / 100);
}

/** Counts, per threshold t, the pairs whose half-open ranges [from, to) contain t. */
function counter(thresholds: readonly number[]): {
  add(correct: readonly [number, number], fooled: readonly [number, number]): void;
  counts(): readonly { readonly k: number; readonly n: number }[];
} {
  const k = new Float64Array(thresholds.length + 1);
  const n = new Float64Array(thresholds.length + 1);
  const mark = (steps: Float64Array, [from, to]: readonly [number, number]): void => {
    if (!(from < to)) return;
    steps[firstFrom(thresholds, from)]!++;
    steps[firstFrom(thresholds, to)]!--;
  };
  return {
    add(correct, fooled) {
      mark(n, correct);
      mark(k, fooled);
    },
    counts() {
      let [fooled, correct] = [0, 0];
      return thresholds.map((_, i) => {
        fooled += k[i]!;
        correct += n[i]!;
        return { k: fooled, n: correct };
      });
    },
  };
}

/** The index of the first threshold that is not below a value. */
function firstFrom(thresholds: readonly number[], value: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (thresholds[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
