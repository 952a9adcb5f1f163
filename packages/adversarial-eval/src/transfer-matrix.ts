import { tallyBy } from './intervals/clusters.ts';
import { type RateEstimate, type RateMethod, rateEstimate } from './intervals/rate-estimate.ts';
import { pairColumns } from './pair-columns.ts';
import { pairOutcome } from './pair-outcome.ts';
import { foolingRates, pairTallies } from './pair-tallies.ts';
import type { RatesByDirection } from './paired-evaluation.ts';
import { type PairedRecord, PairedRecordError, validateRecords } from './paired-record.ts';

/** What fakes that were made against one model do to another. */
export interface TransferCell {
  /** The model that the fakes were made against (row). */
  readonly craftedOn: string;
  /** The model that scored them (column). */
  readonly victimId: string;
  /** Records of the cell, those included whose image the victim had wrong anyway. */
  readonly pairs: number;
  /** Of the images that this victim had right. */
  readonly fooled: RatesByDirection;
  /**
   * Of the fakes that fooled the model they were made against, and whose real image this victim had
   * right: those that fool this victim. 'empty' if that model's own scores are not among the records.
   */
  readonly transferred: RateEstimate;
}

/** Result of {@link transferMatrix}: plain JSON. */
export interface TransferMatrix {
  /** Name and version of this JSON. */
  readonly schema: 'transfer-matrix/1';
  /** Models that fakes were made against (rows), as they first occur. */
  readonly craftedOn: readonly string[];
  /** Models that were attacked (columns), as they first occur. */
  readonly victims: readonly string[];
  /** Row by row; combinations without records are left out. */
  readonly cells: readonly TransferCell[];
  /** Threshold of each victim. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Confidence level of all intervals, in (0, 1). */
  readonly level: number;
  /** Of the intervals of rates. */
  readonly method: RateMethod;
}

/** Options of {@link transferMatrix}. */
export interface TransferOptions {
  /** One for all victims, or by victim; default 0.5. */
  readonly thresholds?: number | Readonly<Record<string, number>>;
  /** Confidence level of all intervals; default 0.95. */
  readonly level?: number;
  /** Interval of rates; default 'wilson-clustered'. */
  readonly ci?: Exclude<RateMethod, 'bootstrap'>;
  /** Least and greatest possible score of all victims; default [0, 1]. */
  readonly scoreRange?: readonly [number, number];
}

/**
 * Fooling rates of fakes made against one model and scored by another: does an attack carry over?
 *
 * @param records with `craftedOn` and `victimId`; each image once per combination
 * @throws PairedRecordError listing every problem, a victim without a threshold included
 * @example
 * ```ts
 * const own = records.map((record) => ({ ...record, craftedOn: 'a', victimId: 'a' }));
 * transferMatrix(own).cells[0]?.fooled.both.k; // => 251
 * ```
 * @see Papernot, McDaniel and Goodfellow 2016, arXiv 1605.07277 (transferability)
 */
export function transferMatrix(
  records: readonly PairedRecord[],
  options: TransferOptions = {},
): TransferMatrix {
  const { level = 0.95, ci = 'wilson-clustered', scoreRange = [0, 1] } = options;
  const given = options.thresholds ?? 0.5;
  const thresholdOf = (victim: string) => (typeof given === 'number' ? given : given[victim]);
  const unique = ['craftedOn', 'victimId', 'caseId'] as const;
  const problems = [...validateRecords(records, { scoreRange, unique, bothClasses: false })];
  records.forEach(({ caseId, craftedOn, victimId }, index) => {
    const report = (message: string) => problems.push({ row: index + 1, caseId, message });
    if (!craftedOn) report('craftedOn must not be empty');
    if (!victimId) report('victimId must not be empty');
    else if (!Number.isFinite(thresholdOf(victimId))) {
      report(`thresholds must have a number for victim ${victimId}, got ${thresholdOf(victimId)}`);
    }
  });
  if (problems.length > 0) throw new PairedRecordError('transferMatrix', problems);

  const craftedOn = [...new Set(records.map((record) => record.craftedOn ?? ''))];
  const victims = [...new Set(records.map((record) => record.victimId ?? ''))];
  const settings = { level, method: ci };
  const cellOf = (source: string, victim: string): TransferCell[] => {
    const pairs = records.filter((r) => r.craftedOn === source && r.victimId === victim);
    if (pairs.length === 0) return [];
    const threshold = thresholdOf(victim) ?? 0.5;
    const columns = pairColumns(pairs);
    const atHome = fooledCases(records, source, thresholdOf(source) ?? 0.5);
    const transferred = tallyBy(columns.clusters, (image) => {
      const pair = pairs[image]!;
      const outcome = pairOutcome(pair, threshold);
      return outcome === 'skipped' || !atHome.has(pair.caseId) ? null : outcome === 'fooled';
    });
    return [
      {
        craftedOn: source,
        victimId: victim,
        pairs: pairs.length,
        fooled: foolingRates(pairTallies(columns, threshold), settings),
        transferred: rateEstimate(transferred, settings),
      },
    ];
  };
  return {
    schema: 'transfer-matrix/1',
    craftedOn,
    victims,
    cells: craftedOn.flatMap((source) => victims.flatMap((victim) => cellOf(source, victim))),
    thresholds: Object.fromEntries(victims.map((victim) => [victim, thresholdOf(victim) ?? 0.5])),
    ...settings,
  };
}

/** Cases whose fakes fooled the model that they were made against. */
function fooledCases(
  records: readonly PairedRecord[],
  model: string,
  threshold: number,
): ReadonlySet<string> {
  const own = records.filter((r) => r.craftedOn === model && r.victimId === model);
  return new Set(
    own.filter((pair) => pairOutcome(pair, threshold) === 'fooled').map(({ caseId }) => caseId),
  );
}
