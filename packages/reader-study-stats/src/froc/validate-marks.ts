import type { ReadProblem } from '../reads.ts';
import type { FrocCase, FrocMark, FrocOptions, FrocStudy } from './froc-marks.ts';
import { frocReadProblems } from './validate-froc-reads.ts';

/** The row number of a problem of a whole table: its header. */
const TABLE = 1;

/**
 * Everything that is wrong with a free-response study, at once and by row: empty identifiers, cases or
 * lesions given twice, weights that are not positive, marks of unknown cases, lesions, readers or
 * modalities, ratings that are not finite, a lesion hit twice by one reader under one modality, a
 * reader without any mark under a modality that neither options nor reads list, fewer than two cases of a class,
 * marks of cases that were not read.
 *
 * @param study marks and cases, in the order of their tables
 * @param options direction, and who is expected
 * @returns an empty list if all is well; the message says whether the row is one of the cases or marks
 * @example
 * ```ts
 * const study = { cases: [{ case: 'c1', lesions: [] }], marks: [] };
 * validateMarks(study, { direction: 'higher' }).length; // => 3
 * ```
 */
export function validateMarks(study: FrocStudy, options: FrocOptions): readonly ReadProblem[] {
  const problems: ReadProblem[] = [];
  const { direction } = options;
  if (direction !== 'higher' && direction !== 'lower') {
    problems.push({
      row: TABLE,
      message: `direction must be higher or lower, got ${String(direction)}`,
    });
  }
  const cases = new Map<string, FrocCase>();
  study.cases.forEach((item, index) => {
    const row = options.caseRows?.[index] ?? index + 2;
    const messages = caseProblems(item, cases);
    problems.push(...messages.map((message) => ({ row, message: `cases: ${message}` })));
    if (!cases.has(item.case)) cases.set(item.case, item);
  });
  const hits = new Map<string, number>();
  study.marks.forEach((mark, index) => {
    const row = options.markRows?.[index] ?? index + 2;
    const messages = [
      ...readProblems(mark, options),
      ...placeProblems(mark, cases.get(mark.case)),
      ...repeatProblems(mark, row, hits),
    ];
    problems.push(...messages.map((message) => ({ row, message: `marks: ${message}` })));
  });
  const messages = [
    ...classProblems(study.cases),
    ...frocReadProblems(study, options),
    ...(study.reads === undefined ? silentReaders(study.marks, options) : []),
  ];
  problems.push(...messages.map((message) => ({ row: TABLE, message })));
  return problems;
}

function caseProblems(
  { case: id, lesions }: FrocCase,
  before: ReadonlyMap<string, FrocCase>,
): readonly string[] {
  const problems: string[] = [];
  if (!id) problems.push('case must not be empty');
  else if (before.has(id)) problems.push(`case ${id} is given twice`);
  const names = new Set<string>();
  for (const { lesion, weight } of lesions) {
    if (!lesion) problems.push(`a lesion of case ${id} has no name`);
    else if (names.has(lesion)) problems.push(`lesion ${lesion} of case ${id} is given twice`);
    names.add(lesion);
    if (weight !== undefined && !(weight > 0 && Number.isFinite(weight))) {
      problems.push(`weight of lesion ${lesion} of case ${id} must be above 0, got ${weight}`);
    }
  }
  const weighted = lesions.filter(({ weight }) => weight !== undefined).length;
  if (weighted !== 0 && weighted !== lesions.length) {
    problems.push(`case ${id} has a weight for some of its lesions only`);
  }
  return problems;
}

function readProblems(
  { reader, modality, rating }: FrocMark,
  { readers, modalities }: FrocOptions,
): readonly string[] {
  const problems: string[] = [];
  if (!reader) problems.push('reader must not be empty');
  else if (readers && !readers.includes(reader)) {
    problems.push(`reader ${reader} is not one of ${readers.join(', ')}`);
  }
  if (!modality) problems.push('modality must not be empty');
  else if (modalities && !modalities.includes(modality)) {
    problems.push(`modality ${modality} is not one of ${modalities.join(', ')}`);
  }
  if (!Number.isFinite(rating)) problems.push(`rating must be finite, got ${rating}`);
  return problems;
}

function placeProblems(mark: FrocMark, marked: FrocCase | undefined): readonly string[] {
  if (!marked) return [`case ${mark.case} is not among the cases`];
  if (mark.lesion === undefined || mark.lesion === null) return [];
  if (marked.lesions.some(({ lesion }) => lesion === mark.lesion)) return [];
  return [`case ${mark.case} has no lesion ${JSON.stringify(mark.lesion)}`];
}

/** A lesion is hit once: which of two ratings counts is not for a program to say. */
function repeatProblems(mark: FrocMark, row: number, hits: Map<string, number>): readonly string[] {
  if (mark.lesion === undefined || mark.lesion === null) return [];
  const key = JSON.stringify([mark.reader, mark.modality, mark.case, mark.lesion]);
  const before = hits.get(key);
  if (before === undefined) {
    hits.set(key, row);
    return [];
  }
  return [
    `reader ${mark.reader}, modality ${mark.modality} hit lesion ${mark.lesion} of case ${mark.case} already in row ${before}`,
  ];
}

function classProblems(cases: readonly FrocCase[]): readonly string[] {
  const abnormal = cases.filter(({ lesions }) => lesions.length > 0).length;
  return (
    [
      ['with lesions', abnormal],
      ['without lesions', cases.length - abnormal],
    ] as const
  )
    .filter(([, count]) => count < 2)
    .map(([name, count]) => `there must be at least two cases ${name}, got ${count}`);
}

/** No mark at all is a strange reading: only if the options name reader and modality is it one. */
function silentReaders(marks: readonly FrocMark[], options: FrocOptions): readonly string[] {
  if (marks.length === 0 && !(options.readers && options.modalities)) {
    return ['there are no marks, and the options do not list readers and modalities'];
  }
  if (options.readers && options.modalities) return [];
  const seen = (name: 'reader' | 'modality') => [
    ...new Set(marks.map((mark) => mark[name]).filter((id) => id)),
  ];
  const readers = options.readers ?? seen('reader');
  const modalities = options.modalities ?? seen('modality');
  return readers.flatMap((reader) =>
    modalities
      .filter(
        (modality) => !marks.some((mark) => mark.reader === reader && mark.modality === modality),
      )
      .map(
        (modality) =>
          `reader ${reader} has no mark under modality ${modality}: if that is so, list readers and modalities in the options`,
      ),
  );
}
