import { normal } from '../distributions/normal.ts';
import type { TestResult, ZeroVarianceResult } from '../inference/test-result.ts';
import { waldTest } from '../inference/wald-test.ts';
import { checkLevel } from '../proportions/check-counts.ts';

/** Answers of one reader in one session, as counts. */
export interface DetectionCounts {
  /** Fakes called not real. */
  readonly hits: number;
  /** Answers to fakes, at least 1: the denominator of the hits. */
  readonly fakes: number;
  /** Reals called not real. */
  readonly falseAlarms: number;
  /** Answers to reals, at least 1: the denominator of the false alarms. */
  readonly reals: number;
}

/** Skill and bias, apart. */
export interface SignalDetection {
  /** (hits + ½)/(fakes + 1), inside (0, 1). */
  readonly hitRate: number;
  /** (false alarms + ½)/(reals + 1), inside (0, 1). */
  readonly falseAlarmRate: number;
  /** d′ = z(hits) − z(false alarms): how well fakes are told from reals. */
  readonly sensitivity: number;
  /** c = −(z(hits) + z(false alarms))/2: above 0, the reader tends to answer "real". */
  readonly criterion: number;
  /** ln β = c·d′: the log likelihood ratio at the criterion. */
  readonly logBias: number;
  /** d′ and c against 0, with their intervals. */
  readonly tests: {
    /** d′ against 0: no skill. */
    readonly sensitivity: TestResult | ZeroVarianceResult;
    /** c against 0: no bias; its error is half that of d′. */
    readonly criterion: TestResult | ZeroVarianceResult;
  };
}

/**
 * Equal-variance signal detection with the log-linear correction (½ added to each count, 1 to each
 * total), so that 0 % and 100 % stay finite. Standard errors by the delta method from the corrected
 * rates p of corrected totals n:
 *
 * var z(p) = p(1 − p)/(n·φ(z)²), var d′ = var z(hits) + var z(false alarms), var c = var d′/4.
 *
 * @param counts of one reader in one session
 * @param options level of the intervals, default 0.95
 * @throws RangeError if a count or the level is outside its range
 * @example
 * ```ts
 * signalDetection({ hits: 69, fakes: 100, falseAlarms: 31, reals: 100 }).sensitivity.toFixed(2); // => '0.98'
 * ```
 * @see Hautus 1995, Behav Res Methods 27:46, doi 10.3758/BF03203619
 * @see Gourevitch and Galanter 1967, Psychometrika 32:25, doi 10.1007/BF02289402
 */
export function signalDetection(
  counts: DetectionCounts,
  options: { readonly level?: number } = {},
): SignalDetection {
  const { hits, fakes, falseAlarms, reals } = counts;
  const { level = 0.95 } = options;
  checkLevel('signalDetection', level);
  if (!(hits >= 0 && hits <= fakes && falseAlarms >= 0 && falseAlarms <= reals)) {
    throw new RangeError(
      `signalDetection: counts must satisfy 0 <= k <= n, got ${hits}/${fakes} and ${falseAlarms}/${reals}`,
    );
  }
  if (fakes < 1 || reals < 1) {
    throw new RangeError(
      `signalDetection: both kinds of image are needed, got ${fakes} fakes and ${reals} reals`,
    );
  }
  const hitRate = (hits + 0.5) / (fakes + 1);
  const falseAlarmRate = (falseAlarms + 0.5) / (reals + 1);
  const [zHits, zFalse] = [normal.quantile(hitRate), normal.quantile(falseAlarmRate)];
  const sensitivity = zHits - zFalse;
  const criterion = -(zHits + zFalse) / 2;
  const se = Math.sqrt(
    quantileVariance(hitRate, fakes + 1) + quantileVariance(falseAlarmRate, reals + 1),
  );
  const test = (name: string, estimate: number, error: number): TestResult | ZeroVarianceResult =>
    waldTest(
      { estimate, se: error, df: null, alternative: 'two-sided', level },
      {
        n: { fakes, reals },
        warnings: [],
        method: `${name}, equal-variance signal detection, log-linear correction`,
        references: [
          'Hautus 1995, doi 10.3758/BF03203619',
          'Gourevitch and Galanter 1967, doi 10.1007/BF02289402',
        ],
      },
    );
  return {
    hitRate,
    falseAlarmRate,
    sensitivity,
    criterion,
    logBias: criterion * sensitivity,
    tests: {
      sensitivity: test('d′', sensitivity, se),
      criterion: test('c', criterion, se / 2),
    },
  };
}

/** var z(p) by the delta method. */
function quantileVariance(p: number, n: number): number {
  return (p * (1 - p)) / (n * normal.pdf(normal.quantile(p)) ** 2);
}
