import type { RecordProblem } from '../paired-record.ts';
import { firstOf } from './build-detector.ts';

/** A scored image. */
export interface DetectorRecord {
  /** Of a fake: the case of the real image that it was made from. */
  readonly caseId: string;
  /** Images of one patient are not independent, and must not be among those of fit or reference. */
  readonly patientId: string;
  /** true: a fake, which the detector should give a high score. */
  readonly fake: boolean;
}

/** Scores of held-out real images of other patients, to choose thresholds on. */
export interface RealReference {
  /** Higher for what looks more like a fake, as the detector gives them. */
  readonly scores: readonly number[];
  /** One per score; none of them may be evaluated or learned from. */
  readonly patientIds: readonly string[];
}

/** @throws RangeError unless there is one score per record */
export function checkScoreCount(
  caller: string,
  scores: readonly number[],
  records: readonly DetectorRecord[],
): void {
  if (scores.length !== records.length) {
    throw new RangeError(
      `${caller}: there must be one score per record, got ${scores.length} for ${records.length}`,
    );
  }
}

/** Everything that keeps scores from being evaluated: bad records and scores, shared patients. */
export function detectorRecordProblems(
  scores: readonly number[],
  records: readonly DetectorRecord[],
  {
    reference,
    fitPatientIds = [],
  }: { readonly reference?: RealReference; readonly fitPatientIds?: readonly string[] },
): readonly RecordProblem[] {
  const problems: RecordProblem[] = [];
  const firstRow = new Map<string, number>();
  records.forEach(({ caseId, patientId, fake }, index) => {
    const row = index + 1;
    const report = (message: string) => problems.push({ row, caseId: caseId || null, message });
    if (!caseId) report('caseId must not be empty');
    if (!patientId) report('patientId must not be empty');
    if (!Number.isFinite(scores[index])) report(`score must be finite, got ${scores[index]}`);
    const key = JSON.stringify([caseId, fake]);
    const before = firstRow.get(key);
    if (before === undefined) firstRow.set(key, row);
    else report(`the ${fake ? 'fake' : 'real image'} of caseId is already in row ${before}`);
  });
  const evaluated = new Set(records.map(({ patientId }) => patientId));
  const learned = new Set(fitPatientIds);
  const shared = (what: string, ids: Iterable<string>, others: ReadonlySet<string>) => {
    const both = new Set([...ids].filter((id) => others.has(id)));
    if (both.size === 0) return;
    const message = `${what} must not share patients, got ${both.size}: ${firstOf(both)}`;
    problems.push({ row: null, caseId: null, message });
  };
  shared('evaluation and fit', evaluated, learned);
  shared('evaluation and reference', evaluated, new Set(reference?.patientIds));
  shared('reference and fit', reference?.patientIds ?? [], learned);
  reference?.scores.forEach((score, index) => {
    if (Number.isFinite(score)) return;
    const message = `reference scores must be finite, got ${score} at index ${index}`;
    problems.push({ row: null, caseId: null, message });
  });
  return problems;
}
