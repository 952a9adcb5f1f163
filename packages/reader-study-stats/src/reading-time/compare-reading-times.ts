import { type MannWhitneyResult, mannWhitneyTest } from '../inference/mann-whitney.ts';
import type {
  ConfidenceInterval,
  TestResult,
  ZeroVarianceResult,
} from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { mean, sumOfSquares } from '../mrmc/matrix.ts';
import type { Read } from '../reads.ts';

/** Options of {@link compareReadingTimes}. */
export interface CompareReadingTimesOptions {
  /** Whose times, as the reads name the reader. */
  readonly reader: string;
  /** Session of the ratio's denominator; two times or more, all above 0. */
  readonly from: string;
  /** Session of its numerator; two times or more, all above 0. */
  readonly to: string;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/** Result of {@link compareReadingTimes}; the test is that of the difference of mean log seconds. */
export type ReadingTimeComparison = (TestResult | ZeroVarianceResult) & {
  /** Geometric mean time in `to` over that in `from`: above 1, the reader was slower in `to`. */
  readonly ratio: number;
  /** The interval of `ratio`: that of the log difference, exponentiated; null where neither session varies. */
  readonly ratioCi: ConfidenceInterval | null;
  /** The seconds of `to` against those of `from` by ranks. */
  readonly ranks: MannWhitneyResult;
};

/**
 * Whether one reader's reading times differ between two sessions with different images: Welch's t test
 * of log seconds, whose difference is the log of the ratio of geometric means, and the rank-sum test of
 * the seconds. For all readers together, see `readingTimeModel`.
 *
 * @param reads all reads; those without a time are left out
 * @throws RangeError if a session has fewer than two times of the reader, or a time is 0
 * @example
 * ```ts
 * const { ratio, ratioCi, ranks } = compareReadingTimes(reads, { reader: 'R1', from: '3', to: '5' });
 * ```
 * @see Welch 1947, Biometrika 34:28, doi 10.1093/biomet/34.1-2.28
 */
export function compareReadingTimes(
  reads: readonly Read[],
  options: CompareReadingTimesOptions,
): ReadingTimeComparison {
  const { level = 0.95 } = options;
  const [from, to] = [options.from, options.to].map((session) =>
    secondsOf(reads, options.reader, session),
  ) as [number[], number[]];
  const logs = [to, from].map((seconds) => seconds.map(Math.log));
  const parts = logs.map(meanVariance);
  const variance = parts[0]! + parts[1]!;
  const spread = logs.reduce((sum, values, k) => sum + parts[k]! ** 2 / (values.length - 1), 0);
  const estimate = mean(logs[0]!) - mean(logs[1]!);
  const test = waldTest(
    {
      estimate,
      se: Math.sqrt(variance),
      df: variance === 0 ? null : variance ** 2 / spread,
      alternative: 'two-sided',
      level,
    },
    {
      design: 'unpaired',
      n: { from: from.length, to: to.length },
      warnings: [],
      method: 'welch t test of log seconds',
      references: ['Welch 1947, doi 10.1093/biomet/34.1-2.28'],
    },
  );
  return {
    ...test,
    ratio: Math.exp(estimate),
    ratioCi: test.ci && {
      ...test.ci,
      lower: Math.exp(test.ci.lower),
      upper: Math.exp(test.ci.upper),
    },
    ranks: mannWhitneyTest(to, from),
  };
}

/** Estimated variance of the mean; exactly 0 for equal values. */
function meanVariance(values: readonly number[]): number {
  if (values.every((value) => value === values[0])) return 0;
  return sumOfSquares(values) / (values.length * (values.length - 1));
}

function secondsOf(reads: readonly Read[], reader: string, session: string): number[] {
  const seconds = reads
    .filter((read) => read.reader === reader && read.session === session)
    .flatMap((read) => read.seconds ?? []);
  if (seconds.length < 2 || seconds.includes(0)) {
    throw new RangeError(
      `compareReadingTimes: session ${session} must have at least two times above 0 of reader ${reader}, got ${seconds.length === 0 ? 'none' : seconds.slice(0, 5)}`,
    );
  }
  return seconds;
}
