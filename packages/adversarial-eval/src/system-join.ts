import type { RecordProblem } from './paired-record.ts';
import type { SystemInput, SystemPolicies } from './system-outcome.ts';

/** @throws RangeError for an unknown policy */
export function checkPolicies({ unsure, missing }: SystemPolicies): void {
  if (!['passes', 'stops', 'exclude'].includes(unsure)) {
    throw new RangeError(
      `systemOutcome: unsure must be passes, stops or exclude, got ${String(unsure)}`,
    );
  }
  if (!['error', 'passes', 'stops', 'exclude'].includes(missing)) {
    throw new RangeError(
      `systemOutcome: missing must be error, exclude, passes or stops, got ${String(missing)}`,
    );
  }
}

/** Everything that is wrong with the join of pairs, verdicts and answers. */
export function joinProblems(
  { pairs, detector, reads }: SystemInput,
  missing: SystemPolicies['missing'],
): readonly RecordProblem[] {
  const problems: RecordProblem[] = [];
  const cases = new Set(pairs.map((pair) => pair.caseId));
  const once = (table: string, keys: readonly string[]) => {
    const first = new Map<string, number>();
    return (row: number, caseId: string, ...key: readonly string[]) => {
      const text = JSON.stringify(key);
      const before = first.get(text);
      const report = (message: string) =>
        problems.push({ row, caseId, message: `${table}: ${message}` });
      if (before !== undefined) report(`${keys.join(', ')} is already in row ${before}`);
      first.set(text, before ?? row);
      if (!cases.has(caseId)) report('caseId is not among the pairs');
    };
  };
  const read = once('reads', ['reader', 'caseId']);
  reads.forEach(({ reader, caseId, answer }, index) => {
    read(index + 1, caseId, reader, caseId);
    if (!['real', 'not-real', 'unsure'].includes(answer)) {
      const message = `reads: answer must be real, not-real or unsure, got ${JSON.stringify(answer)}`;
      problems.push({ row: index + 1, caseId, message });
    }
  });
  const verdict = once('detector', ['caseId']);
  detector?.forEach(({ caseId }, index) => {
    verdict(index + 1, caseId, caseId);
  });
  const lacking = (what: string, known: ReadonlySet<string>) => {
    for (const caseId of cases) {
      if (known.has(caseId)) continue;
      problems.push({ row: null, caseId, message: `${caseId} has no ${what}` });
    }
  };
  if (detector) lacking('verdict of the detector', new Set(detector.map((found) => found.caseId)));
  if (missing === 'error') {
    for (const reader of new Set(reads.map((given) => given.reader))) {
      const own = reads.filter((given) => given.reader === reader);
      lacking(`answer of reader ${reader}`, new Set(own.map((given) => given.caseId)));
    }
  }
  return problems;
}
