import { normalQuantile } from './normal.ts';

/** Answers of one reader in one session, as counts. */
export interface DetectionCounts {
  /** Fakes called not real. */
  readonly hits: number;
  readonly fakes: number;
  /** Reals called not real. */
  readonly falseAlarms: number;
  readonly reals: number;
}

/** Skill and bias, apart. */
export interface SignalDetection {
  readonly hitRate: number;
  readonly falseAlarmRate: number;
  /** d′ = z(hits) − z(false alarms): how well fakes are told from reals. */
  readonly sensitivity: number;
  /** c = −(z(hits) + z(false alarms))/2: above 0, the reader tends to answer "real". */
  readonly criterion: number;
}

/**
 * Equal-variance signal detection with the log-linear correction (½ added to each count, 1 to each
 * total), so that 0 % and 100 % stay finite.
 *
 * @throws RangeError if a count is outside its range
 * @see Hautus 1995, Behav Res Methods 27:46, doi 10.3758/BF03203619
 */
export function signalDetection(counts: DetectionCounts): SignalDetection {
  const { hits, fakes, falseAlarms, reals } = counts;
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
  const [zHits, zFalse] = [normalQuantile(hitRate), normalQuantile(falseAlarmRate)];
  return {
    hitRate,
    falseAlarmRate,
    sensitivity: zHits - zFalse,
    criterion: -(zHits + zFalse) / 2,
  };
}
