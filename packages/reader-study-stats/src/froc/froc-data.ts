import { sortedIds } from '../mrmc/sort-ids.ts';
import { detectDesign, type StudyDesign } from '../mrmc/study-design.ts';
import { ReadsError } from '../reads.ts';
import type { FrocCase, FrocOptions, FrocReads, FrocStudy } from './froc-marks.ts';
import { validateMarks } from './validate-marks.ts';

/** What one reader marked under one modality. */
export interface FrocCell {
  /** Index into `readers`. */
  readonly reader: number;
  /** Index into `tests`. */
  readonly test: number;
  /** The cases that were read, ascending. */
  readonly cases: Int32Array;
  /** Per case: the highest rating of its false marks; −∞ where there is none. */
  readonly falseRatings: Float64Array;
  /** Per case: the number of its false marks. */
  readonly falseMarks: Float64Array;
  /** All ratings of false marks, one array per case. */
  readonly allFalse: readonly (readonly number[])[];
  /** Per lesion: its rating; −∞ where it was missed. */
  readonly lesionRatings: Float64Array;
}

/** A free-response study, checked and ready for analysis. */
export interface FrocData {
  /** Names in the order of the cells' indices: the options' order, or sorted. */
  readonly readers: readonly string[];
  /** The modalities. */
  readonly tests: readonly string[];
  /** Identifiers, abnormal cases first. */
  readonly cases: readonly string[];
  /** How many cases have lesions. */
  readonly abnormal: number;
  /** Per lesion: its case; lesions of a case follow each other. */
  readonly caseOfLesion: Int32Array;
  /** Per lesion: its share of the weight of its case; they add up to 1. */
  readonly weights: Float64Array;
  /** By test, then reader; who read nothing under a test has no cell. */
  readonly cells: readonly FrocCell[];
  /** Who read what, as found in the cells. */
  readonly design: StudyDesign;
}

/**
 * Checks a free-response study and arranges it for analysis. Unless `reads` say who read what, all readers have
 * read all cases under all modalities; a case without marks is one in which nothing was found.
 *
 * @param study marks, and the cases with their lesions
 * @param options direction of the ratings; readers and modalities in their order
 * @throws ReadsError with every problem of {@link validateMarks}
 * @example
 * ```ts
 * const cases = ['a', 'b', 'c', 'd'].map((id, i) => ({ case: id, lesions: i < 2 ? [{ lesion: '1' }] : [] }));
 * const marks = [{ reader: 'r1', modality: 'CT', case: 'a', rating: 3, lesion: '1' }];
 * const data = arrangeMarks({ marks, cases }, { direction: 'higher' });
 * data.abnormal; // => 2
 * ```
 */
export function arrangeMarks(study: FrocStudy, options: FrocOptions): FrocData {
  const problems = validateMarks(study, options);
  if (problems.length > 0) throw new ReadsError('arrangeMarks', problems);
  const readers = options.readers ?? sortedIds(named(study).map(({ reader }) => reader));
  const tests = options.modalities ?? sortedIds(named(study).map(({ modality }) => modality));
  const abnormal = study.cases.filter(({ lesions }) => lesions.length > 0);
  const cases = [...abnormal, ...study.cases.filter(({ lesions }) => lesions.length === 0)];
  const lesions = abnormal.flatMap((item, index) =>
    item.lesions.map(({ lesion }) => ({ key: lesionKey(item.case, lesion), case: index })),
  );
  const caseAt = new Map(cases.map((item, index) => [item.case, index]));
  const lesionAt = new Map(lesions.map(({ key }, index) => [key, index]));
  const readCases = casesRead(study, caseAt);
  const cells = tests.flatMap((test, testAt) =>
    readers.flatMap((reader, readerAt) => {
      const read = readCases(reader, test);
      return read ? [emptyCell([readerAt, testAt, read], cases.length, lesions.length)] : [];
    }),
  );
  const cellAt = new Map(cells.map((cell) => [cell.test * readers.length + cell.reader, cell]));
  const sign = options.direction === 'higher' ? 1 : -1;
  for (const mark of study.marks) {
    const at = tests.indexOf(mark.modality) * readers.length + readers.indexOf(mark.reader);
    const cell = cellAt.get(at)!;
    const rating = sign * mark.rating;
    if (mark.lesion !== undefined && mark.lesion !== null) {
      cell.lesionRatings[lesionAt.get(lesionKey(mark.case, mark.lesion))!] = rating;
      continue;
    }
    const index = caseAt.get(mark.case)!;
    cell.allFalse[index]!.push(rating);
    cell.falseMarks[index]! += 1;
    cell.falseRatings[index] = Math.max(cell.falseRatings[index]!, rating);
  }
  return {
    readers,
    tests,
    cases: cases.map((item) => item.case),
    abnormal: abnormal.length,
    caseOfLesion: Int32Array.from(lesions, (lesion) => lesion.case),
    weights: Float64Array.from(abnormal.flatMap(shares)),
    cells,
    design: detectDesign(
      cells.map(({ reader, test, cases: read }) => ({ reader, test, cases: Array.from(read) })),
      { readers: readers.length, tests: tests.length, cases: cases.length },
    ),
  };
}

/** Whoever marked or read something. */
function named({ marks, reads = [] }: FrocStudy): readonly Omit<FrocReads, 'cases'>[] {
  return [...marks, ...reads];
}

/** The cases that a reader read under a modality, as ascending indices; undefined: none. */
function casesRead(
  { reads }: FrocStudy,
  caseAt: ReadonlyMap<string, number>,
): (reader: string, modality: string) => Int32Array | undefined {
  const indices = (cases: Iterable<string>) =>
    Int32Array.from(cases, (id) => caseAt.get(id)!).sort();
  if (reads === undefined) {
    const all = indices(caseAt.keys());
    return () => all;
  }
  const key = (reader: string, modality: string) => JSON.stringify([reader, modality]);
  const read = new Map(
    reads.map(({ reader, modality, cases }) => [key(reader, modality), indices(cases)]),
  );
  return (reader, modality) => read.get(key(reader, modality));
}

/** JSON keeps names with separators in them apart. */
function lesionKey(id: string, lesion: string): string {
  return JSON.stringify([id, lesion]);
}

function emptyCell(
  [reader, test, read]: readonly [reader: number, test: number, read: Int32Array],
  cases: number,
  lesions: number,
): FrocCell & { readonly allFalse: readonly number[][] } {
  return {
    reader,
    test,
    cases: read,
    falseRatings: new Float64Array(cases).fill(Number.NEGATIVE_INFINITY),
    falseMarks: new Float64Array(cases),
    allFalse: Array.from({ length: cases }, () => []),
    lesionRatings: new Float64Array(lesions).fill(Number.NEGATIVE_INFINITY),
  };
}

function shares({ lesions }: FrocCase): readonly number[] {
  const total = lesions.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return lesions.map(({ weight = 1 }) => weight / total);
}
