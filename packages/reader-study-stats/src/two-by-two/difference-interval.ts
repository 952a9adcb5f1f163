import type { ConfidenceInterval } from '../inference/test-result.ts';

/** The difference first − second of two proportions, with its interval. */
export interface DifferenceInterval extends ConfidenceInterval {
  /** k1/n1 − k2/n2; of pairs, (firstOnly − secondOnly)/pairs. Within [−1, 1]. */
  readonly estimate: number;
}
