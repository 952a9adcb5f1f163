import { formatNumber, formatPValue } from '@mammo/reader-study-stats/report';
import type { AreaEstimate } from '../intervals/area-estimate.ts';
import type { CrossedRate } from '../intervals/crossed-rate.ts';
import type { PatientMean } from '../intervals/patient-mean.ts';
import type { RateEstimate } from '../intervals/rate-estimate.ts';

/** A number of the results as a table shows it: every format writes it from here. */
export interface Quantity {
  /** 'share' is written in percent, 'score' with three decimals, 'plain' as it is, 'p-value' never as 0. */
  readonly kind: 'share' | 'score' | 'plain' | 'p-value';
  /** Why there is no estimate, or 'ok'. */
  readonly status: string;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly level: number | null;
  readonly method: string | null;
  readonly k: number | null;
  readonly n: number | null;
}

/** What {@link quantity} takes, in part. */
type Part = Partial<Omit<Quantity, 'kind' | 'estimate'>>;

/** A number that has no interval, or whose interval is given. */
export function quantity(
  kind: Quantity['kind'],
  estimate: number | null,
  {
    status = estimate === null ? 'none' : 'ok',
    lower = null,
    upper = null,
    level = null,
    method = null,
    k = null,
    n = null,
  }: Part = {},
): Quantity {
  return { kind, status, estimate, lower, upper, level, method, k, n };
}

/** A rate with its counts and interval. */
export function rateQuantity(rate: RateEstimate | CrossedRate): Quantity {
  return quantity('share', rate.rate, rate);
}

/** An area under the ROC curve. */
export function areaQuantity({ status, estimate, ci }: AreaEstimate): Quantity {
  return quantity('score', estimate, { status, ...(ci ?? {}) });
}

/** A mean over images. */
export function meanQuantity({ status, estimate, ci, method }: PatientMean): Quantity {
  return quantity('score', estimate, { status, method, ...(ci ?? {}) });
}

/** "95.5 % (42/44; 84.9 to 98.7)", "0.820 (0.779 to 0.917)", "0.5"; "– (empty)" of what is undefined. */
export function quantityText(value: Quantity): string {
  const { kind, status, estimate, lower, upper, k, n } = value;
  if (estimate === null) return status === 'none' ? '–' : `– (${status})`;
  const number = numberWriter(kind);
  const counts = k === null || n === null ? [] : [`${k}/${n}`];
  const interval = lower === null || upper === null ? [] : [`${number(lower)} to ${number(upper)}`];
  const guess = status === 'inferred' ? ['inferred'] : [];
  const details = [...counts, ...interval, ...guess].join('; ');
  const unit = kind === 'share' ? ' %' : '';
  return `${number(estimate)}${unit}${details === '' ? '' : ` (${details})`}`;
}

function numberWriter(kind: Quantity['kind']): (value: number) => string {
  if (kind === 'share') return (value) => formatNumber(100 * value, 1);
  if (kind === 'score') return (value) => formatNumber(value, 3);
  if (kind === 'p-value') return (value) => formatPValue(value);
  return (value) => String(value).replace('-', '−');
}
