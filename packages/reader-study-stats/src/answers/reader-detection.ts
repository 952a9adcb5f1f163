import type { TestResult, ZeroVarianceResult } from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import type { Read } from '../reads.ts';
import { type DetectionCounts, type SignalDetection, signalDetection } from './signal-detection.ts';

/** As which answer "unsure" counts: signal detection knows two. */
export type UnsureAnswer = 'real' | 'not-real' | 'exclude';

/** Signal detection of one reader in one session. */
export interface ReaderDetection extends SignalDetection {
  /** Whose answers, as {@link Read} names the reader. */
  readonly reader: string;
  /** Where they were given, as {@link Read} names the session. */
  readonly session: string;
  /** Answers as they were counted, before the log-linear correction. */
  readonly counts: DetectionCounts;
  /** As which answer "unsure" was counted. */
  readonly unsureAs: UnsureAnswer;
  /** true if any answer is simulated. */
  readonly simulated: boolean;
}

/** Options of {@link readerDetection}. */
export interface ReaderDetectionOptions {
  /** As which answer "unsure" counts; no default: it moves d′ and c. */
  readonly unsureAs: UnsureAnswer;
  /** Confidence level; default 0.95. */
  readonly level?: number;
}

/**
 * d′ and criterion by reader × session, in the order in which they first occur. Sessions without both
 * real and fake images are left out.
 *
 * @param reads answers of any number of readers and sessions
 * @param options as which answer "unsure" counts, no default; level
 * @throws RangeError if `unsureAs` or the level is not valid
 * @example
 * ```ts
 * const [first] = readerDetection(reads, { unsureAs: 'real' });
 * first?.sensitivity; // d′; first.criterion beside it, each with its test
 * ```
 */
export function readerDetection(
  reads: readonly Read[],
  options: ReaderDetectionOptions,
): readonly ReaderDetection[] {
  const { unsureAs } = options;
  if (!['real', 'not-real', 'exclude'].includes(unsureAs)) {
    throw new RangeError(
      `readerDetection: unsureAs must be real, not-real or exclude, got ${String(unsureAs)}`,
    );
  }
  const groups = new Map<string, Read[]>();
  for (const read of reads) {
    const key = JSON.stringify([read.reader, read.session]);
    const group = groups.get(key);
    if (group) group.push(read);
    else groups.set(key, [read]);
  }
  return [...groups.values()].flatMap((group) => {
    const counts = countAnswers(group, unsureAs);
    if (counts.fakes === 0 || counts.reals === 0) return [];
    const { reader, session } = group[0]!;
    const simulated = group.some((read) => read.simulated);
    return { reader, session, counts, unsureAs, simulated, ...signalDetection(counts, options) };
  });
}

/**
 * The difference to − from of d′ or of c between two sessions with different images, of one reader:
 * z = difference/√(se² + se²).
 *
 * @param from,to of {@link readerDetection}
 * @param options `measure`: 'sensitivity' or 'criterion'; level, default 0.95
 * @example
 * ```ts
 * const [before, , after] = readerDetection(reads, { unsureAs: 'real' }).filter((row) => row.reader === 'R1');
 * if (before && after) compareDetection([before, after], { measure: 'sensitivity' }).pValue;
 * ```
 */
export function compareDetection(
  [from, to]: readonly [SignalDetection, SignalDetection],
  options: { readonly measure: 'sensitivity' | 'criterion'; readonly level?: number },
): TestResult | ZeroVarianceResult {
  const { measure, level = 0.95 } = options;
  const [before, after] = [from.tests[measure], to.tests[measure]];
  return waldTest(
    {
      estimate: to[measure] - from[measure],
      se: Math.hypot(before.se ?? 0, after.se ?? 0),
      df: null,
      alternative: 'two-sided',
      level,
    },
    {
      design: 'unpaired',
      warnings: [],
      method: `difference of ${after.method}`,
      references: after.references,
    },
  );
}

function countAnswers(reads: readonly Read[], unsureAs: UnsureAnswer): DetectionCounts {
  const counts = { hits: 0, fakes: 0, falseAlarms: 0, reals: 0 };
  for (const { truth, label } of reads) {
    const answer = label === 'unsure' ? unsureAs : label;
    if (answer === 'exclude') continue;
    const isAlarm = answer === 'not-real' ? 1 : 0;
    if (truth === 'fake') {
      counts.fakes++;
      counts.hits += isAlarm;
    } else {
      counts.reals++;
      counts.falseAlarms += isAlarm;
    }
  }
  return counts;
}
