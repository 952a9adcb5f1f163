import { clusterBy, tallyBy } from './intervals/clusters.ts';
import { type CrossedRate, crossedRate } from './intervals/crossed-rate.ts';
import { type RateEstimate, type RateMethod, rateEstimate } from './intervals/rate-estimate.ts';
import type { EvaluatedPair } from './paired-evaluation.ts';
import { PairedRecordError } from './paired-record.ts';
import { checkPolicies, joinProblems } from './system-join.ts';

/** What a reader said of the fake of a case. */
export interface FakeRead {
  /** Identifier of the reader. */
  readonly reader: string;
  /** Of a pair; each reader reads it at most once. */
  readonly caseId: string;
  /** 'real' lets the fake through; what 'unsure' does, the policies say. */
  readonly answer: 'real' | 'not-real' | 'unsure';
}

/** What the detector said of the fake of a case. */
export interface DetectorVerdict {
  /** Of a pair; each has one verdict. */
  readonly caseId: string;
  /** true: taken for a fake, so the attack is stopped. */
  readonly flagged: boolean;
}

/** What stands between an attack and the patient. */
export interface SystemInput {
  /** Of `evaluatePaired`: what the attack did to the AI. */
  readonly pairs: readonly EvaluatedPair[];
  /** One per pair; leave out if there is no detector. */
  readonly detector?: readonly DetectorVerdict[];
  /** Readers may have read different cases; `missing` says what that means. */
  readonly reads: readonly FakeRead[];
}

/** How answers that are not plain are counted. There are no defaults: the choices change the result. */
export interface SystemPolicies {
  /** An "unsure": 'passes' like "real", 'stops' like "not real", or the answer is left out. */
  readonly unsure: 'passes' | 'stops' | 'exclude';
  /**
   * A reader did not answer a case. 'error': a problem. 'exclude': the case leaves this reader's
   * denominator, whatever the AI did. 'passes', 'stops': as if so answered.
   */
  readonly missing: 'error' | 'exclude' | 'passes' | 'stops';
}

/** Options of {@link systemOutcome}. */
export interface SystemOptions extends SystemPolicies {
  /** Confidence level of all intervals; default 0.95. */
  readonly level?: number;
  /** Interval of rates; default 'wilson-clustered'. */
  readonly ci?: Exclude<RateMethod, 'bootstrap'>;
}

/** What gets through with one reader. */
export interface ReaderOutcome {
  /** Identifier of the reader. */
  readonly reader: string;
  /** Cases with an answer, of those that the AI had right; 'unsure' is one. */
  readonly answered: number;
  /** 'unsure' among these answers. */
  readonly unsure: number;
  /** Cases without an answer, of those that the AI had right. */
  readonly missing: number;
  /** Attacks that fool the AI, pass the detector and pass this reader, of all that had the AI to fool. */
  readonly through: RateEstimate;
  /** Those that pass this reader, of the ones that got past AI and detector. */
  readonly passedOfArrived: RateEstimate;
}

/** Result of {@link systemOutcome}: plain JSON. */
export interface SystemOutcome {
  /** Name and version of this JSON. */
  readonly schema: 'system-outcome/1';
  /** As they were given: the rates hold under them only. */
  readonly policies: SystemPolicies;
  /** Sizes; rates have denominators of their own where answers are left out. */
  readonly n: {
    /** Pairs, those included whose image the AI had wrong anyway. */
    readonly attacks: number;
    /** Attacks on images that the AI had right: the denominator of the AI's and the detector's rates. */
    readonly correct: number;
    /** Patients of the images that the AI had right. */
    readonly patients: number;
    /** Readers with any answer. */
    readonly readers: number;
    /** Sum over readers. */
    readonly unsure: number;
    /** Sum over readers. */
    readonly missing: number;
  };
  /** Attacks that turn the AI's answer, of the images that it had right. */
  readonly fooledAi: RateEstimate;
  /** Fooled the AI and not flagged; null without a detector. */
  readonly passedDetector: RateEstimate | null;
  /** In the order in which they occur in `reads`. */
  readonly readers: readonly ReaderOutcome[];
  /** Mean over readers, who are drawn at random like the patients. */
  readonly meanReader: CrossedRate;
  /** Passes every reader: none says "not real". Cases with an answer of all readers. */
  readonly throughAllReaders: RateEstimate;
  /** Passes more than half of the readers. Cases with an answer of all readers. */
  readonly throughMajority: RateEstimate;
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** What a reader of the numbers has to know; empty if nothing. */
  readonly warnings: readonly string[];
}

/**
 * The share of attacks that fool the AI and pass the detector and pass the reader: what reaches the
 * patient. Joined on caseId. Of attacks on images that the AI had right; one that the AI or the detector
 * stops counts as stopped whatever the reader said of it.
 *
 * Rates of one reader hold for that reader, patients random; `meanReader` has readers and patients
 * random (two-way clusters), so it holds for readers like these.
 *
 * @throws PairedRecordError listing every problem of the join
 * @example
 * ```ts
 * // a reader who takes every fake for real stops none of the 251 that fool the AI
 * const { pairs } = evaluatePaired(records);
 * const reads = pairs.map(({ caseId }) => ({ reader: 'A', caseId, answer: 'real' as const }));
 * systemOutcome({ pairs, reads }, { unsure: 'passes', missing: 'exclude' }).readers[0]?.through.k; // => 251
 * ```
 */
export function systemOutcome(input: SystemInput, options: SystemOptions): SystemOutcome {
  const { unsure, missing, level = 0.95, ci = 'wilson-clustered' } = options;
  checkPolicies(options);
  const problems = joinProblems(input, missing);
  if (problems.length > 0) throw new PairedRecordError('systemOutcome', problems);

  const pairs = input.pairs.filter((pair) => pair.outcome !== 'skipped');
  const clusters = clusterBy(pairs.map((pair) => pair.patientId));
  const flagged = new Map(input.detector?.map((verdict) => [verdict.caseId, verdict.flagged]));
  const fooled = pairs.map((pair) => pair.outcome === 'fooled');
  const arrived = pairs.map((pair, i) => fooled[i]! && !flagged.get(pair.caseId));
  const readers = [...new Set(input.reads.map((read) => read.reader))];
  const answers = new Map(
    input.reads.map((read) => [keyOf(read.reader, read.caseId), read.answer]),
  );
  const answerOf = (reader: string, caseId: string) => answers.get(keyOf(reader, caseId));
  const policies = { unsure, missing };
  /** Per reader and pair: passes, or null if not counted. */
  const passes = readers.map((reader) =>
    pairs.map((pair) => passesReader(answerOf(reader, pair.caseId), policies)),
  );
  const rate = (value: (image: number) => boolean | null): RateEstimate =>
    rateEstimate(tallyBy(clusters, value), { level, method: ci });
  const panel = (needed: number) =>
    rate((i) => {
      const votes = passes.map((ofReader) => ofReader[i] ?? null);
      if (votes.length === 0 || votes.includes(null)) return null;
      return arrived[i]! && votes.filter(Boolean).length >= needed;
    });
  const outcomes = readers.map((reader, r): ReaderOutcome => {
    const given = pairs.map((pair) => answerOf(reader, pair.caseId));
    return {
      reader,
      answered: given.filter((answer) => answer !== undefined).length,
      unsure: given.filter((answer) => answer === 'unsure').length,
      missing: given.filter((answer) => answer === undefined).length,
      through: rate((i) => both(arrived[i]!, passes[r]![i] ?? null)),
      passedOfArrived: rate((i) => (arrived[i] ? (passes[r]![i] ?? null) : null)),
    };
  });
  const crossed = readers.flatMap((reader, r) =>
    pairs.flatMap(({ patientId: patient }, i) => {
      const passed = passes[r]![i]!;
      return passed === null ? [] : { reader, patient, value: arrived[i]! && passed };
    }),
  );
  return {
    schema: 'system-outcome/1',
    policies,
    n: {
      attacks: input.pairs.length,
      correct: pairs.length,
      patients: clusters.count,
      readers: readers.length,
      unsure: sum(outcomes.map((outcome) => outcome.unsure)),
      missing: sum(outcomes.map((outcome) => outcome.missing)),
    },
    fooledAi: rate((i) => fooled[i]!),
    passedDetector: input.detector ? rate((i) => arrived[i]!) : null,
    readers: outcomes,
    meanReader: crossedRate(crossed, level),
    throughAllReaders: panel(readers.length),
    throughMajority: panel(Math.floor(readers.length / 2) + 1),
    level,
    warnings:
      readers.length < 2
        ? ['one reader or none: the rates hold for this reader, not for readers']
        : [],
  };
}

function passesReader(
  answer: FakeRead['answer'] | undefined,
  { unsure, missing }: SystemPolicies,
): boolean | null {
  if (answer === 'real') return true;
  if (answer === 'not-real') return false;
  const policy = answer === 'unsure' ? unsure : missing;
  return policy === 'passes' || policy === 'stops' ? policy === 'passes' : null;
}

/** null where the answer is not counted. */
function both(arrived: boolean, passed: boolean | null): boolean | null {
  return passed === null ? null : arrived && passed;
}

function keyOf(reader: string, caseId: string): string {
  return JSON.stringify([reader, caseId]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
