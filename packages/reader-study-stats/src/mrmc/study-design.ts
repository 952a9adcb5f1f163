/**
 * How readers, tests and cases meet.
 * 'crossed': every reader reads every case under every test.
 * 'cases-nested-in-tests': each test has its own cases (the sessions of a study, for example).
 * 'cases-nested-in-readers': each reader has own cases.
 * 'readers-nested-in-tests': each reader uses one test only.
 * 'split-plot': groups of readers, each with own cases, crossed within the group.
 * 'partial': none of these; reads are missing.
 */
export type DesignKind =
  | 'crossed'
  | 'cases-nested-in-tests'
  | 'cases-nested-in-readers'
  | 'readers-nested-in-tests'
  | 'split-plot'
  | 'partial';

/** The design that was found in the data. */
export interface StudyDesign {
  /** The first kind that fits, see {@link DesignKind}. */
  readonly kind: DesignKind;
  /** Reads that a full design of this kind (for 'partial': a crossed one) would have more. */
  readonly missingReads: number;
  /** Groups of readers and cases that do not meet; 1 unless the kind is 'split-plot'. */
  readonly blocks: number;
}

/** Who read what: for each cell of the study its reader, test and cases, all as indices. */
export interface ReadCell {
  readonly reader: number;
  readonly test: number;
  readonly cases: readonly number[];
}

/** Numbers of readers, tests and cases. */
export interface StudySize {
  readonly readers: number;
  readonly tests: number;
  readonly cases: number;
}

/** Finds the design from the cells that were read. */
export function detectDesign(cells: readonly ReadCell[], size: StudySize): StudyDesign {
  const reads = cells.reduce((sum, cell) => sum + cell.cases.length, 0);
  const is = (kind: DesignKind, full: number, blocks = 1): StudyDesign => ({
    kind,
    missingReads: full - reads,
    blocks,
  });
  const { readers, tests, cases } = size;
  const testsOfReader = distinct(cells, readers, (cell) => [[cell.reader, cell.test]]);
  const testsOfCase = distinct(cells, cases, (cell) => cell.cases.map((c) => [c, cell.test]));
  const readersOfCase = distinct(cells, cases, (cell) => cell.cases.map((c) => [c, cell.reader]));
  const all = (sets: readonly Set<number>[], count: number): boolean =>
    sets.every((set) => set.size === count);

  if (tests > 1 && all(testsOfReader, 1)) return is('readers-nested-in-tests', readers * cases);
  if (cells.length === readers * tests) {
    if (reads === readers * tests * cases) return is('crossed', reads);
    if (readers > 1 && all(readersOfCase, 1)) return is('cases-nested-in-readers', tests * cases);
    if (tests > 1 && all(testsOfCase, 1)) return is('cases-nested-in-tests', readers * cases);
    const blocks = splitPlotBlocks(cells, size);
    if (blocks > 1) return is('split-plot', reads, blocks);
  }
  return is('partial', readers * tests * cases);
}

/** Per first index, the set of second indices that occur with it. */
function distinct(
  cells: readonly ReadCell[],
  length: number,
  pairs: (cell: ReadCell) => readonly (readonly [number, number])[],
): readonly Set<number>[] {
  const sets = Array.from({ length }, () => new Set<number>());
  for (const cell of cells) {
    for (const [at, value] of pairs(cell)) sets[at]!.add(value);
  }
  return sets;
}

/** Number of groups if readers fall into groups with own cases, all crossed within; otherwise 0. */
function splitPlotBlocks(cells: readonly ReadCell[], { cases }: StudySize): number {
  const blockOfKey = new Map<string, number>();
  const keyOfReader = new Map<number, string>();
  const blockOfCase = new Int32Array(cases).fill(-1);
  for (const { reader, cases: read } of cells) {
    const key = [...read].sort((a, b) => a - b).join();
    if ((keyOfReader.get(reader) ?? key) !== key) return 0;
    keyOfReader.set(reader, key);
    const block = blockOfKey.get(key) ?? blockOfKey.size;
    blockOfKey.set(key, block);
    for (const index of read) {
      if (blockOfCase[index] !== -1 && blockOfCase[index] !== block) return 0;
      blockOfCase[index] = block;
    }
  }
  return blockOfKey.size;
}
