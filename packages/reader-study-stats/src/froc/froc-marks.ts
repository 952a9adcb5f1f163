/**
 * One mark: a place that one reader pointed at in one case under one modality, and how sure the reader
 * was. Whether the place was a lesion has been decided before (by an acceptance radius, a contour, …).
 */
export interface FrocMark {
  /** Identifier of who marked it, not empty. */
  readonly reader: string;
  /** Under which modality (test) the case was read. */
  readonly modality: string;
  /** Identifier of one of the study's cases. */
  readonly case: string;
  /** How sure the reader is that the place is a lesion; finite. */
  readonly rating: number;
  /** The lesion that was hit; null or absent: none was, the mark is a false positive. */
  readonly lesion?: string | null;
}

/** One case and what is in it. */
export interface FrocCase {
  /** Identifier, not empty and given once. */
  readonly case: string;
  /** Every lesion of the case, marked or not; none: a normal case. */
  readonly lesions: readonly FrocLesion[];
}

/** One lesion of a case. */
export interface FrocLesion {
  /** Its name within the case. */
  readonly lesion: string;
  /**
   * How much it matters among the lesions of its case: > 0, divided by the sum of the case. Given for
   * all lesions of a case or for none; default: all the same.
   */
  readonly weight?: number;
}

/** A free-response study. Cases without any mark are part of it. */
export interface FrocStudy {
  /** In any order; a lesion at most once by each reader under each modality. */
  readonly marks: readonly FrocMark[];
  /** Every case that was read, at least two with lesions and two without. */
  readonly cases: readonly FrocCase[];
  /**
   * Who read what: each reader's cases under each modality that he or she read. Default: every reader read every
   * case under every modality.
   */
  readonly reads?: readonly FrocReads[];
}

/** The cases that one reader read under one modality, marked or not. */
export interface FrocReads {
  /** Identifier of who read, not empty. */
  readonly reader: string;
  /** Under which modality; each pair of reader and modality is given once. */
  readonly modality: string;
  /** Identifiers, at least two with lesions and two without. */
  readonly cases: readonly string[];
}

/** What the rows mean. Nothing of it is inferred from the data. */
export interface FrocOptions {
  /** Whether higher or lower ratings mean "more certainly a lesion". */
  readonly direction: 'higher' | 'lower';
  /** The readers, in order; default: all that marked something, sorted. */
  readonly readers?: readonly string[];
  /** The modalities, in the order of the differences; default: all with marks, sorted. */
  readonly modalities?: readonly string[];
  /** The row number of each mark in its file; default: the first is 2, as below a header. */
  readonly markRows?: readonly number[];
  /** The row number of each case in its file; default: the first is 2, as below a header. */
  readonly caseRows?: readonly number[];
}
