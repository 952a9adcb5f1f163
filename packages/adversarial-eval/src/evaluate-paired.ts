import { mcNemarTest } from '@mammo/reader-study-stats';
import { foolingCurve } from './fooling-curve.ts';
import { type Headline, headlineOf } from './headline.ts';
import { mirrorArea } from './intervals/area-estimate.ts';
import { type BootstrapSettings, checkBootstrap } from './intervals/patient-bootstrap.ts';
import { patientMean } from './intervals/patient-mean.ts';
import type { RateEstimate, RateMethod } from './intervals/rate-estimate.ts';
import { operatingPoint } from './operating-point.ts';
import { columnsOfClass, type PairColumns, pairColumns } from './pair-columns.ts';
import { pairOutcome } from './pair-outcome.ts';
import type { BeforeAfter, EvaluatedPair, PairedEvaluation } from './paired-evaluation.ts';
import {
  type PairedRecord,
  PairedRecordError,
  type RecordProblem,
  validateRecords,
} from './paired-record.ts';
import { scoreShift } from './score-shift.ts';
import { evaluateStrata } from './strata.ts';
import { chooseThreshold, type ThresholdPolicy } from './threshold-policy.ts';

/** Options of {@link evaluatePaired}. */
export interface EvaluatePairedOptions {
  /** A score above it is called positive; default 0.5. */
  readonly threshold?: number | ThresholdPolicy;
  /** Confidence level of every interval; default 0.95. */
  readonly level?: number;
  /**
   * Main interval of rates; default 'bootstrap' if `bootstrap` is given, else 'wilson-clustered' where
   * a patient has several images, else 'wilson'. All intervals are in `intervals` in any case.
   */
  readonly ci?: RateMethod;
  /** If given, rates and areas have bootstrap intervals too. */
  readonly bootstrap?: BootstrapSettings;
  /** Least and greatest possible score; default [0, 1], so that logits are not taken for probabilities. */
  readonly scoreRange?: readonly [number, number];
  /** Thresholds to tabulate beside the main one. */
  readonly operatingPoints?: readonly ThresholdPolicy[];
  /** Thresholds of the fooling curve, rising; default 101 over the score range. */
  readonly curveThresholds?: readonly number[];
}

/**
 * Evaluates an attack from the scores of real images and their fakes: the numbers of the paper's
 * Table 1 and what belongs beside them, each with its interval.
 *
 * Rates of strata and operating points have analytic intervals even where the main one is the bootstrap.
 *
 * @param records one per pair, both classes, each image once: one attack against one victim
 * @throws PairedRecordError listing every problem of the records, patients of a threshold's reference
 *   among the evaluated ones included
 * @throws RangeError if an option is out of its range
 * @example
 * ```ts
 * // 438 records with the counts of the paper's Table 1
 * const { fooled } = evaluatePaired(records);
 * [fooled.both.k, fooled.both.n, fooled.both.rate?.toFixed(3)]; // => [251, 363, '0.691']
 * ```
 * @see Zhou et al. 2021, Table 1, doi 10.1038/s41467-021-27577-x
 */
export function evaluatePaired(
  records: readonly PairedRecord[],
  options: EvaluatePairedOptions = {},
): PairedEvaluation {
  const { level = 0.95, scoreRange = [0, 1], bootstrap = null } = options;
  const choice = chooseThreshold(policyOf(options.threshold));
  const { threshold } = choice;
  if (!(threshold >= scoreRange[0] && threshold <= scoreRange[1])) {
    throw new RangeError(`evaluatePaired: threshold must lie in [${scoreRange}], got ${threshold}`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`evaluatePaired: level must lie between 0 and 1, got ${level}`);
  }
  if (bootstrap) checkBootstrap('evaluatePaired', bootstrap);
  if (options.ci === 'bootstrap' && !bootstrap) {
    throw new RangeError("evaluatePaired: ci 'bootstrap' must have the option bootstrap, got none");
  }
  const policies = [policyOf(options.threshold), ...(options.operatingPoints ?? [])];
  const problems = [
    ...validateRecords(records, { scoreRange }),
    ...referenceProblems(records, policies),
  ];
  if (problems.length > 0) throw new PairedRecordError('evaluatePaired', problems);

  const pairs = records.map((record) => evaluatePair(record, threshold));
  const columns = pairColumns(records);
  const clustered = columns.clusters.count < pairs.length;
  const analytic = clustered ? 'wilson-clustered' : 'wilson';
  const method = options.ci ?? (bootstrap ? 'bootstrap' : analytic);
  const settings = { level, method, threshold };
  const { rates, aucReal, aucFakeOriginal } = headlineOf(columns, {
    ...settings,
    bootstrap,
  });
  const positives = columnsOfClass(columns, 1);
  const negatives = columnsOfClass(columns, 0);
  return {
    schema: 'paired-evaluation/1',
    threshold,
    thresholdChoice: choice,
    level,
    method,
    design: clustered ? 'clustered' : 'independent',
    bootstrap,
    attackIds: [...new Set(pairs.map((pair) => pair.attackId))],
    n: {
      pairs: pairs.length,
      positives: positives.real.length,
      negatives: negatives.real.length,
      patients: columns.clusters.count,
    },
    pairs,
    aucReal,
    aucFakeFlipped: mirrorArea(aucFakeOriginal),
    aucFakeOriginal,
    positivesCorrect: rates.sensitivityBefore,
    negativesCorrect: rates.specificityBefore,
    fooled: {
      remove: rates['fooled:remove'],
      insert: rates['fooled:insert'],
      both: rates['fooled:both'],
    },
    fooledOfAll: {
      remove: rates['fooledOfAll:remove'],
      insert: rates['fooledOfAll:insert'],
      both: rates['fooledOfAll:both'],
    },
    sensitivity: beforeAfter(positives, {
      ...settings,
      before: rates.sensitivityBefore,
      after: rates.sensitivityAfter,
    }),
    specificity: beforeAfter(negatives, {
      ...settings,
      before: rates.specificityBefore,
      after: rates.specificityAfter,
    }),
    scoreShift: {
      remove: scoreShift(positives, settings),
      insert: scoreShift(negatives, settings),
    },
    curve: foolingCurve(pairs, {
      level,
      scoreRange,
      ...(options.curveThresholds && { thresholds: options.curveThresholds }),
    }),
    operatingPoints: policies.map((policy) => operatingPoint(columns, { ...settings, policy })),
    strata: evaluateStrata(pairs, settings),
    warnings: [...intervalWarnings(method, clustered), ...emptyWarnings(rates)],
  };
}

function policyOf(threshold: number | ThresholdPolicy = 0.5): ThresholdPolicy {
  return typeof threshold === 'number' ? { policy: 'fixed', threshold } : threshold;
}

/** The record's properties come last, which V8 copies five times faster, but do not win. */
function evaluatePair(record: PairedRecord, threshold: number): EvaluatedPair {
  const outcome = pairOutcome(record, threshold);
  const shift = record.scoreFake - record.scoreReal;
  return Object.assign({ outcome, shift, ...record }, { outcome, shift });
}

/** A threshold must not be chosen on the patients it is evaluated on. */
function referenceProblems(
  records: readonly PairedRecord[],
  policies: readonly ThresholdPolicy[],
): readonly RecordProblem[] {
  const evaluated = new Set(records.map((record) => record.patientId));
  return policies.flatMap((policy) => {
    if (policy.policy === 'fixed') return [];
    const shared = [...new Set(policy.reference.patientIds)].filter((id) => evaluated.has(id));
    if (shared.length === 0) return [];
    const named = shared.slice(0, 5).join(', ') + (shared.length > 5 ? ', …' : '');
    const message = `the reference of policy ${policy.policy} must have other patients, got ${shared.length} of the evaluated: ${named}`;
    return { row: null, caseId: null, message };
  });
}

function beforeAfter(
  { positive, real, fake, clusters }: PairColumns,
  options: {
    readonly before: RateEstimate;
    readonly after: RateEstimate;
    readonly level: number;
    readonly threshold: number;
  },
): BeforeAfter {
  const { before, after, level, threshold } = options;
  const right = (scores: Float64Array, image: number): number =>
    scores[image]! > threshold === (positive[image] === 1) ? 1 : 0;
  const changes = Int8Array.from(real, (_, image) => right(fake, image) - right(real, image));
  const count = (change: number): number =>
    changes.reduce((sum, value) => sum + (value === change ? 1 : 0), 0);
  return {
    before,
    after,
    mcNemar: mcNemarTest(count(-1), count(1)),
    difference: patientMean(changes, clusters, { level, method: 'mcnemar-clustered' }),
  };
}

function intervalWarnings(method: RateMethod, clustered: boolean): readonly string[] {
  if (!clustered || method === 'wilson-clustered' || method === 'bootstrap') return [];
  return [
    `patients have several images, which ${method} intervals take as independent: they are too narrow`,
  ];
}

function emptyWarnings(rates: Headline['rates']): readonly string[] {
  const labels = { remove: 'positive', insert: 'negative' } as const;
  return (['remove', 'insert'] as const)
    .filter((direction) => rates[`fooled:${direction}`].status === 'empty')
    .map((direction) => `no ${labels[direction]} image was right: there was none to fool`);
}
