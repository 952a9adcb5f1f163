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
  readonly status: 'ok';
  /** Successes; whole except where "unsure" counts a half. */
  readonly k: number;
  readonly n: number;
  /** k / n. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
  /** Confidence level, such as 0.95. */
  readonly level: number;
  readonly method: IntervalMethod;
}
