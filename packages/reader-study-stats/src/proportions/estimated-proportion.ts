/** How the interval of a proportion is computed. */
export type IntervalMethod =
  | 'wilson'
  | 'wilson-corrected'
  | 'clopper-pearson'
  | 'mid-p'
  | 'agresti-coull'
  | 'jeffreys';

/** k of n, with a two-sided confidence interval. */
export interface EstimatedProportion {
  /** There is a denominator; see {@link EmptyProportion}. */
  readonly status: 'ok';
  /** Successes; whole except where "unsure" counts a half. */
  readonly k: number;
  /** Trials, at least 1: the denominator. */
  readonly n: number;
  /** k / n. */
  readonly rate: number;
  /** Lower end of the interval; below 0 only of an unclipped Agresti-Coull interval. */
  readonly lower: number;
  /** Upper end; above 1 only of an unclipped Agresti-Coull interval. */
  readonly upper: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  /** How `lower` and `upper` were computed. */
  readonly method: IntervalMethod;
}
