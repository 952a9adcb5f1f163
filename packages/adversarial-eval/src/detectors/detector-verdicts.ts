import type { DetectorVerdict } from '../system-outcome.ts';
import { checkScoreCount, type DetectorRecord } from './detector-records.ts';

/**
 * What a detector says of the fakes at a threshold, for `systemOutcome`, which joins it on caseId.
 *
 * @param scores one per record
 * @param records real images, which are left out, and fakes
 * @param options threshold: a score above it is flagged
 * @throws RangeError if lengths differ, or a number is not finite
 * @example
 * ```ts
 * const records = [
 *   { caseId: 'a', patientId: 'P1', fake: false },
 *   { caseId: 'a', patientId: 'P1', fake: true },
 * ];
 * detectorVerdicts([0.2, 0.7], records, { threshold: 0.5 }); // => [{ caseId: 'a', flagged: true }]
 * ```
 */
export function detectorVerdicts(
  scores: readonly number[],
  records: readonly DetectorRecord[],
  { threshold }: { readonly threshold: number },
): readonly DetectorVerdict[] {
  checkScoreCount('detectorVerdicts', scores, records);
  for (const value of [threshold, ...scores]) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`detectorVerdicts: scores and threshold must be finite, got ${value}`);
    }
  }
  return records.flatMap(({ caseId, fake }, i) =>
    fake ? [{ caseId, flagged: scores[i]! > threshold }] : [],
  );
}
