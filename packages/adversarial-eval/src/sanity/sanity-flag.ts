/** What a flag is about. */
export type SanityFlagId =
  | 'logits-as-probabilities'
  | 'probabilities-as-logits'
  | 'sigmoid-twice'
  | 'saturated-scores'
  | 'constant-scores'
  | 'non-deterministic-scores'
  | 'unchanged-scores'
  | 'pixels-out-of-range'
  | 'fake-identical-to-real'
  | 'pixel-sizes-differ'
  | 'patient-in-train-and-test'
  | 'small-class'
  | 'few-correct'
  | 'low-auc'
  | 'control-not-matched'
  | 'control-fools-too'
  | 'black-box-stronger'
  | 'single-step-stronger'
  | 'random-stronger'
  | 'larger-budget-weaker'
  | 'unbounded-attack-resisted';

/** Something that makes the numbers of an evaluation doubtful. */
export interface SanityFlag {
  /** What it is about; for programs, as `message` is for people. */
  readonly id: SanityFlagId;
  /** 'error': the numbers mean nothing. 'warning': they may mislead. 'note': to be said with them. */
  readonly severity: 'error' | 'warning' | 'note';
  /** A sentence with the numbers. */
  readonly message: string;
  /** The numbers of the message by name, shares as fractions of 1. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Up to 20 of the cases (or patients) that raise it. */
  readonly cases: readonly string[];
  /** Who says that it matters: authors, year, DOI or arXiv. */
  readonly reference: string;
}

/** A flag that names the first 20 of its cases. */
export function raise(
  id: SanityFlagId,
  severity: SanityFlag['severity'],
  content: {
    readonly message: string;
    readonly reference: string;
    readonly numbers?: Readonly<Record<string, number>>;
    readonly cases?: readonly string[];
  },
): SanityFlag {
  const { message, reference, numbers = {}, cases = [] } = content;
  return { id, severity, message, numbers, cases: cases.slice(0, 20), reference };
}

/** A share as a percentage of one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
