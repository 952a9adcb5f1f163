import type { FrocCase, FrocOptions, FrocStudy } from './froc-marks.ts';

/**
 * What is wrong with the list of who read what: cases that are unknown or given twice, a reader and a modality given
 * twice or not expected, fewer than two cases of a class, and marks of cases that were not read.
 */
export function frocReadProblems(
  { reads, cases, marks }: FrocStudy,
  { readers, modalities }: FrocOptions,
): readonly string[] {
  if (reads === undefined) return [];
  const known = new Map(cases.map((item) => [item.case, item]));
  const seen = new Map<string, ReadonlySet<string>>();
  const problems = reads.flatMap(({ reader, modality, cases: own }) => {
    const who = `reads: reader ${reader}, modality ${modality}`;
    const key = JSON.stringify([reader, modality]);
    const unexpected =
      !(reader && modality) ||
      (readers !== undefined && !readers.includes(reader)) ||
      (modalities !== undefined && !modalities.includes(modality));
    const found = [
      ...(unexpected ? [`${who} are not expected`] : []),
      ...(seen.has(key) ? [`${who} are given twice`] : []),
      ...caseProblems(own, known).map((problem) => `${who} ${problem}`),
    ];
    seen.set(key, new Set(own));
    return found;
  });
  const unread = marks.filter(
    (mark) => !seen.get(JSON.stringify([mark.reader, mark.modality]))?.has(mark.case),
  );
  return [
    ...problems,
    ...unread.map(
      (mark) =>
        `reads: reader ${mark.reader} marked case ${mark.case} under modality ${mark.modality} without having read it`,
    ),
  ];
}

function caseProblems(
  own: readonly string[],
  known: ReadonlyMap<string, FrocCase>,
): readonly string[] {
  const unknown = own.filter((id) => !known.has(id));
  const repeated = own.filter((id, index) => own.indexOf(id) !== index);
  const abnormal = own.filter((id) => (known.get(id)?.lesions.length ?? 0) > 0).length;
  const normal = own.length - unknown.length - abnormal;
  return [
    ...unknown.map((id) => `have the unknown case ${id}`),
    ...repeated.map((id) => `have case ${id} twice`),
    ...(abnormal < 2 || normal < 2
      ? [`must have two cases with and two without lesions, got ${abnormal} and ${normal}`]
      : []),
  ];
}
