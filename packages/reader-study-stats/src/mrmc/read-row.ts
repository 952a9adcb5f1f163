/**
 * One read: what one reader said about one case under one test. The row of every reader-study table,
 * whatever file it came from. Identifiers are strings; `'07'` and `'7'` are different.
 */
export interface ReadRow {
  /** Identifier of who read, not empty. */
  readonly reader: string;
  /** Identifier of what was read, not empty; at most one read by each reader under each test. */
  readonly case: string;
  /** What is compared: the imaging modality, the aid, the software version, … */
  readonly modality?: string;
  /** What is compared in a study of sessions; give one of the two, or say which is the `factor`. */
  readonly session?: string;
  /** What the case is, in the study's own words; {@link MrmcOptions} says which word is positive. */
  readonly truth: string;
  /** How sure the reader is; finite. Needed unless `label` is scored by {@link MrmcOptions.labels}. */
  readonly rating?: number;
  /** The answer in words. */
  readonly label?: string;
  /** Time spent on the case, in seconds. */
  readonly seconds?: number;
  /** Position in the reader's session, from 1. */
  readonly order?: number;
  /** What makes cases alike: the patient, the centre. */
  readonly cluster?: string;
}

/** What the words in the rows mean. Nothing of it is ever inferred from the data. */
export interface MrmcOptions {
  /** The `truth` of the cases to be detected. */
  readonly positive: string;
  /** The `truth` of the others. */
  readonly negative: string;
  /** Whether higher or lower ratings mean "more positive". */
  readonly direction: 'higher' | 'lower';
  /** The column whose levels are compared; needed only where rows have both. */
  readonly factor?: 'modality' | 'session';
  /** The rating of each label, for rows without a rating: `{ real: 1, unsure: 2, 'not-real': 3 }`. */
  readonly labels?: Readonly<Record<string, number>>;
  /** The tests expected, in the order of the differences; others are refused. Default: all, sorted. */
  readonly tests?: readonly string[];
  /** The readers expected; one without reads is a problem, others are refused. Default: all, sorted. */
  readonly readers?: readonly string[];
  /** The row number of each read in its file; default: the first is 2, as below a header. */
  readonly rows?: readonly number[];
}

/** The level of the compared factor in a row, or undefined if it is not given or not clear. */
export function testOf(row: ReadRow, factor: MrmcOptions['factor']): string | undefined {
  if (factor !== undefined) return row[factor];
  if (row.modality !== undefined && row.session !== undefined) return undefined;
  return row.modality ?? row.session;
}

/** The rating of a row, its label scored where it has none; undefined if neither gives one. */
export function ratingOf(row: ReadRow, labels: MrmcOptions['labels']): number | undefined {
  if (row.rating !== undefined) return row.rating;
  if (row.label === undefined || labels === undefined) return undefined;
  return Object.hasOwn(labels, row.label) ? labels[row.label] : undefined;
}
