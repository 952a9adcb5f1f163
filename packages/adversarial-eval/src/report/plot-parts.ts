import {
  type AxisOptions,
  type ForestRow,
  formatNumber,
  formatPercent,
} from '@mammo/reader-study-stats/report';
import type { CrossedRate } from '../intervals/crossed-rate.ts';
import type { RateEstimate } from '../intervals/rate-estimate.ts';
import { quantityText, rateQuantity } from './quantity.ts';

/** An axis of shares from 0 to 100 %. */
export const SHARE_AXIS: AxisOptions = {
  label: 'share of images',
  domain: [0, 1],
  format: (share) => formatPercent(share, 0),
};

/** The colour and mark of each direction, in every plot. */
export const DIRECTION_TONES = { remove: 0, insert: 1, both: 2 } as const;

/** What the directions are called in a report. */
export const DIRECTION_NAMES = {
  remove: 'removal (positives)',
  insert: 'insertion (negatives)',
  both: 'both',
} as const;

/** "95 %" of a confidence level. */
export function levelText(level: number): string {
  return `${formatNumber(100 * level, Number.isInteger(Math.round(1e6 * level) / 1e4) ? 0 : 1)} %`;
}

/** A row of a forest plot of rates; one without a rate says why. */
export function shareRow(name: string, rate: RateEstimate | CrossedRate, tone: number): ForestRow {
  return {
    name,
    estimate: rate.rate,
    lower: rate.lower,
    upper: rate.upper,
    text: quantityText(rateQuantity(rate)),
    tone,
  };
}
