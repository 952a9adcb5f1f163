import { type ReadFile, TRUTH_CODES } from '../formats/read-file.ts';
import { arrangeReads, type MrmcData } from '../mrmc/mrmc-data.ts';
import type { MrmcOptions, ReadRow } from '../mrmc/read-row.ts';
import { validateRows } from '../mrmc/validate-rows.ts';
import type { ReadProblem } from '../reads.ts';
import { type StudyConfig, StudyConfigError } from './study-config.ts';

/** Reads from a file that may say itself what its truths and ratings mean. */
export interface CodedReads extends Pick<ReadFile, 'rows' | 'lines'> {
  /** What the format says: '1' is positive, '0' negative, and which direction ratings have. */
  readonly coded?: {
    /** Whether higher or lower ratings mean "more positive". */
    readonly direction: 'higher' | 'lower';
  };
}

/** Reads whose labels have become ratings. */
export interface RatedReads {
  readonly rows: readonly ReadRow[];
  readonly options: MrmcOptions;
  /** Reads that the policy for "unsure" leaves out. */
  readonly excluded: number;
}

/**
 * Reads under the configuration: what the words mean, and what "unsure" is worth.
 *
 * @throws StudyConfigError where neither the file nor the configuration says what the words mean, or
 *   both do and differ
 */
export function rateReads({ rows, lines, coded }: CodedReads, config: StudyConfig): RatedReads {
  const coding = codingOf(config, coded);
  const { factor, labels, tests, readers } = config;
  const kept = rows.map((row, index) => ({
    row: scored(row, coding, config),
    line: lines[index]!,
  }));
  const left = kept.filter((one) => one.row !== null);
  return {
    rows: left.map(({ row }) => row!),
    excluded: kept.length - left.length,
    options: {
      ...coding,
      ...(factor && { factor }),
      ...(labels && { labels }),
      ...(tests && { tests }),
      ...(readers && { readers }),
      rows: left.map(({ line }) => line),
    },
  };
}

/** Everything that is wrong with the reads under the configuration. */
export function ratedProblems(reads: CodedReads, config: StudyConfig): readonly ReadProblem[] {
  const { rows, options } = rateReads(reads, config);
  return validateRows(rows, options);
}

/** The study, ready for analysis. */
export function arrangeRated(
  reads: CodedReads,
  config: StudyConfig,
): { readonly data: MrmcData; readonly reads: number; readonly excluded: number } {
  const { rows, options, excluded } = rateReads(reads, config);
  return { data: arrangeReads(rows, options), reads: rows.length, excluded };
}

type Coding = Pick<MrmcOptions, 'positive' | 'negative' | 'direction'>;

function codingOf(config: StudyConfig, coded: CodedReads['coded']): Coding {
  const file = coded && { ...TRUTH_CODES, ...coded };
  const problems: string[] = [];
  const choose = <Name extends keyof Coding>(name: Name): Coding[Name] => {
    const said = config[name] as Coding[Name] | undefined;
    if (file === undefined && said === undefined) problems.push(`${name} is missing`);
    if (file !== undefined && said !== undefined && said !== file[name]) {
      problems.push(`${name} must be ${file[name]} as the file says, got ${said}`);
    }
    return said ?? (file?.[name] as Coding[Name]);
  };
  const coding = {
    positive: choose('positive'),
    negative: choose('negative'),
    direction: choose('direction'),
  };
  if (problems.length > 0) throw new StudyConfigError(problems);
  return coding;
}

/** The read with a rating for "unsure"; null if the policy leaves it out. */
function scored(
  row: ReadRow,
  { positive, direction }: Coding,
  { unsure, labels = {} }: StudyConfig,
): ReadRow | null {
  const label = unsure?.label ?? 'unsure';
  if (unsure === undefined || row.rating !== undefined || row.label !== label) return row;
  if (unsure.policy === 'ordinal') return row;
  if (unsure.policy === 'exclude') return null;
  const others = Object.entries(labels).filter(([name]) => name !== label);
  const values = others.map(([, rating]) => rating);
  const wantsHigh = (row.truth === positive) === (direction === 'higher');
  return { ...row, rating: wantsHigh ? Math.min(...values) : Math.max(...values) };
}
