import type { Appearance } from '../reads.ts';

/** Part of the cohort that a case belongs to. */
export type Split = 'training' | 'validation' | 'test';

/** A real mammogram that a study may show. */
export interface StudyCase {
  /** Different from those of all other cases and fakes. */
  readonly caseId: string;
  /** All cases of a patient are in the same split. */
  readonly patientId: string;
  /** What the image shows: with cancer ('positive') or without. */
  readonly label: Appearance;
  /** Part of the cohort that it belongs to. */
  readonly split: Split;
}

/** A synthetic mammogram made from a real one. */
export interface StudyFake {
  /** Different from those of all cases and other fakes. */
  readonly fakeId: string;
  /** The real case that it was made from. */
  readonly caseId: string;
  /** What it is meant to look like: the opposite of its source's label. */
  readonly intendedLabel: Appearance;
}

/** A real case together with its fake, if it has one. */
export interface Source extends StudyCase {
  readonly fakeId: string | null;
}

/**
 * The cases with their fakes; all problems of the two lists are reported in one error.
 * @throws RangeError listing duplicate identifiers, fakes without a real case or with the label of
 *   their source, second fakes of a case, and patients in two splits
 */
export function joinSources(
  caller: string,
  cases: readonly StudyCase[],
  fakes: readonly StudyFake[],
): readonly Source[] {
  const byId = new Map(cases.map((item) => [item.caseId, item]));
  const problems = [...caseProblems(cases), ...fakeProblems(fakes, byId)];
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}`);
  const fakeOf = new Map(fakes.map((fake) => [fake.caseId, fake.fakeId]));
  return cases.map((item) => ({ ...item, fakeId: fakeOf.get(item.caseId) ?? null }));
}

function caseProblems(cases: readonly StudyCase[]): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const splitOf = new Map<string, Split>();
  for (const { caseId, patientId, split } of cases) {
    if (seen.has(caseId)) problems.push(`case ${caseId} occurs twice`);
    seen.add(caseId);
    const before = splitOf.get(patientId) ?? split;
    splitOf.set(patientId, before);
    if (before !== split) problems.push(`patient ${patientId} is in ${before} and in ${split}`);
  }
  return problems;
}

function fakeProblems(
  fakes: readonly StudyFake[],
  cases: ReadonlyMap<string, StudyCase>,
): readonly string[] {
  const problems: string[] = [];
  const sources = new Set<string>();
  const identifiers = new Set(cases.keys());
  for (const { fakeId, caseId, intendedLabel } of fakes) {
    const source = cases.get(caseId);
    if (!source) problems.push(`fake ${fakeId} has no real case ${caseId}`);
    if (source?.label === intendedLabel) {
      problems.push(`fake ${fakeId} is meant to look ${intendedLabel} as its source does`);
    }
    if (sources.has(caseId)) problems.push(`case ${caseId} has two fakes`);
    if (identifiers.has(fakeId)) problems.push(`identifier ${fakeId} occurs twice`);
    sources.add(caseId);
    identifiers.add(fakeId);
  }
  return problems;
}
