import { normal } from '../distributions/normal.ts';
import type { ClassSizes } from './auc.ts';

/** What is known of a planned study of one ROC curve. */
export interface AucPowerOptions {
  /** The expected area, inside (½, 1). */
  readonly auc: number;
  /** Type I error; default 0.05. */
  readonly alpha?: number;
  /** Default 'two-sided': alpha is halved. */
  readonly alternative?: 'two-sided' | 'greater';
}

/**
 * Chance of showing that an area is above ½:
 *
 * z_β = (√m·(A − ½) − z_α·√V₀)/√V_A, V₀ = 0.0792·(1 + 1/κ),
 * V_A = 0.0099·e^(−x²/2)·((5x² + 8) + (x² + 8)/κ), x = 1.414·Φ⁻¹(A),
 *
 * for m positives and κ negatives per positive.
 *
 * @throws RangeError if auc is outside (½, 1), alpha outside (0, 1), or a class has no case
 * @example
 * ```ts
 * aucPower({ auc: 0.7, positives: 30, negatives: 30 }).toFixed(3); // => '0.796'
 * ```
 * @see Obuchowski and McClish 1997, Stat Med 16:1529
 */
export function aucPower(
  options: AucPowerOptions & { readonly positives: number; readonly negatives: number },
): number {
  const { auc, positives, negatives } = options;
  if (!(positives > 0 && negatives > 0)) {
    throw new RangeError(
      `aucPower: each class must have cases, got ${positives} positives and ${negatives} negatives`,
    );
  }
  const { zAlpha, atNull, atArea } = ingredients('aucPower', options, negatives / positives);
  const shift = Math.sqrt(positives) * (auc - 0.5);
  return normal.cdf((shift - zAlpha * Math.sqrt(atNull)) / Math.sqrt(atArea));
}

/**
 * Numbers of cases that show an area above ½ with a given power, see {@link aucPower}; not rounded.
 *
 * @throws RangeError as {@link aucPower}, or if power is outside (0, 1) or the ratio not positive
 * @example
 * ```ts
 * aucSampleSize({ auc: 0.7, power: 0.8 }).positives.toFixed(1); // => '30.3'
 * ```
 */
export function aucSampleSize(
  options: AucPowerOptions & {
    readonly power: number;
    /** Negatives per positive; default 1. */
    readonly ratio?: number;
  },
): ClassSizes {
  const { auc, power, ratio = 1 } = options;
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`aucSampleSize: power must lie between 0 and 1, got ${power}`);
  }
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    throw new RangeError(`aucSampleSize: ratio must be above 0, got ${ratio}`);
  }
  const { zAlpha, atNull, atArea } = ingredients('aucSampleSize', options, ratio);
  const sum = zAlpha * Math.sqrt(atNull) + normal.quantile(power) * Math.sqrt(atArea);
  const positives = (sum / (auc - 0.5)) ** 2;
  return { positives, negatives: ratio * positives };
}

function ingredients(
  caller: string,
  { auc, alpha = 0.05, alternative = 'two-sided' }: AucPowerOptions,
  ratio: number,
): { readonly zAlpha: number; readonly atNull: number; readonly atArea: number } {
  if (!(auc > 0.5 && auc < 1)) {
    throw new RangeError(`${caller}: auc must lie between 0.5 and 1, got ${auc}`);
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`${caller}: alpha must lie between 0 and 1, got ${alpha}`);
  }
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: 1.414 as printed, as in pROC
  const square = (1.414 * normal.quantile(auc)) ** 2;
  return {
    zAlpha: -normal.quantile(alternative === 'two-sided' ? alpha / 2 : alpha),
    atNull: 0.0792 * (1 + 1 / ratio),
    atArea: 0.0099 * Math.exp(-square / 2) * (5 * square + 8 + (square + 8) / ratio),
  };
}
