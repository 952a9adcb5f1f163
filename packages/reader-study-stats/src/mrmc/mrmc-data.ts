import { ReadsError } from '../reads.ts';
import { type MrmcOptions, type ReadRow, ratingOf, testOf } from './read-row.ts';
import { sortedIds } from './sort-ids.ts';
import { detectDesign, type StudyDesign } from './study-design.ts';
import { validateRows } from './validate-rows.ts';

/** The ratings that one reader gave to the cases of one class under one test. */
export interface ClassRatings {
  /** Indices into the study's list of cases of this class, ascending. */
  readonly cases: Int32Array;
  /** One per case, higher means "more positive". */
  readonly ratings: Float64Array;
}

/** One reader under one test. */
export interface MrmcCell {
  /** Index into `readers`. */
  readonly reader: number;
  /** Index into `tests`. */
  readonly test: number;
  /** The positive cases that the reader read under the test: at least one. */
  readonly positives: ClassRatings;
  /** The negative ones: at least one. */
  readonly negatives: ClassRatings;
}

/** The cluster of every case, as an index. */
export interface CaseClusters {
  /** Number of clusters, positives and negatives together. */
  readonly count: number;
  /** Per positive case of the study, its cluster from 0 to count − 1. */
  readonly positives: Int32Array;
  /** Per negative case of the study, its cluster from 0 to count − 1. */
  readonly negatives: Int32Array;
}

/** A multi-reader multi-case study, checked and ready for analysis. */
export interface MrmcData {
  /** Names in the options' order, or sorted, numbers by value. */
  readonly readers: readonly string[];
  /** Levels of what is compared, in the options' order, or sorted, numbers by value. */
  readonly tests: readonly string[];
  /** Identifiers of the positive cases. */
  readonly positives: readonly string[];
  /** Identifiers of the negative cases. */
  readonly negatives: readonly string[];
  /** What makes cases alike; null where no row has a cluster, or every case is one by itself. */
  readonly clusters: CaseClusters | null;
  /** By test, then reader; cells without reads are absent. */
  readonly cells: readonly MrmcCell[];
  /** Who read what, as found in the cells. */
  readonly design: StudyDesign;
}

/**
 * Checks a table of reads and arranges it for analysis: `readers`, `tests` (sorted, numbers by value,
 * unless the options give their order), cases by class, and the design that was found.
 *
 * @param rows one per read, in any order
 * @param options which truth is positive, which direction ratings have; neither is ever inferred
 * @throws ReadsError with every problem of {@link validateRows}
 * @example
 * ```ts
 * const rows = ['r1', 'r2'].flatMap((reader) =>
 *   ['c1', 'c2', 'h1', 'h2'].map((id, i) => ({
 *     reader, case: id, modality: 'A', truth: id.startsWith('c') ? 'cancer' : 'healthy', rating: 4 - i,
 *   })),
 * );
 * const data = arrangeReads(rows, { positive: 'cancer', negative: 'healthy', direction: 'higher' });
 * data.design.kind; // => 'crossed'
 * ```
 */
export function arrangeReads(rows: readonly ReadRow[], options: MrmcOptions): MrmcData {
  const problems = validateRows(rows, options);
  if (problems.length > 0) throw new ReadsError('arrangeReads', problems);
  const { factor, labels, positive, direction } = options;
  const sign = direction === 'higher' ? 1 : -1;
  const readers = options.readers ?? sortedIds(rows.map((row) => row.reader));
  const tests = options.tests ?? sortedIds(rows.map((row) => testOf(row, factor)!));
  const [readerAt, testAt] = [indexOf(readers), indexOf(tests)];
  const positives = new Map<string, number>();
  const negatives = new Map<string, number>();
  const drafts = new Map<number, { positives: Rated[]; negatives: Rated[] }>();
  for (const row of rows) {
    const name = row.truth === positive ? 'positives' : 'negatives';
    const ofClass = name === 'positives' ? positives : negatives;
    const index = ofClass.get(row.case) ?? ofClass.size;
    ofClass.set(row.case, index);
    const at = testAt.get(testOf(row, factor)!)! * readers.length + readerAt.get(row.reader)!;
    const draft = drafts.get(at) ?? { positives: [], negatives: [] };
    drafts.set(at, draft);
    draft[name].push({ index, rating: sign * ratingOf(row, labels)! });
  }
  const cells = [...drafts]
    .sort(([a], [b]) => a - b)
    .map(([at, draft]) => ({
      reader: at % readers.length,
      test: Math.floor(at / readers.length),
      positives: classRatings(draft.positives),
      negatives: classRatings(draft.negatives),
    }));
  return {
    readers,
    tests,
    positives: [...positives.keys()],
    negatives: [...negatives.keys()],
    clusters: caseClusters(rows, positives, negatives),
    cells,
    design: designOf(cells, readers.length, tests.length, positives.size, negatives.size),
  };
}

function caseClusters(
  rows: readonly ReadRow[],
  positives: ReadonlyMap<string, number>,
  negatives: ReadonlyMap<string, number>,
): CaseClusters | null {
  if (!rows.some((row) => row.cluster !== undefined)) return null;
  const clusters = new Map<string, number>();
  const ofPositives = new Int32Array(positives.size);
  const ofNegatives = new Int32Array(negatives.size);
  for (const row of rows) {
    // A case without a cluster is one by itself; JSON keeps the two kinds of name apart.
    const name = JSON.stringify(row.cluster === undefined ? { case: row.case } : row.cluster);
    const cluster = clusters.get(name) ?? clusters.size;
    clusters.set(name, cluster);
    const index = positives.get(row.case);
    if (index !== undefined) ofPositives[index] = cluster;
    else ofNegatives[negatives.get(row.case)!] = cluster;
  }
  if (clusters.size === positives.size + negatives.size) return null;
  return { count: clusters.size, positives: ofPositives, negatives: ofNegatives };
}

interface Rated {
  readonly index: number;
  readonly rating: number;
}

function classRatings(reads: Rated[]): ClassRatings {
  reads.sort((a, b) => a.index - b.index);
  return {
    cases: Int32Array.from(reads, (read) => read.index),
    ratings: Float64Array.from(reads, (read) => read.rating),
  };
}

function designOf(
  cells: readonly MrmcCell[],
  readers: number,
  tests: number,
  positives: number,
  negatives: number,
): StudyDesign {
  const read = cells.map(({ reader, test, ...cell }) => ({
    reader,
    test,
    cases: [...cell.positives.cases, ...cell.negatives.cases.map((index) => positives + index)],
  }));
  return detectDesign(read, { readers, tests, cases: positives + negatives });
}

function indexOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, index) => [id, index]));
}
