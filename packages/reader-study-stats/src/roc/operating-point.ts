import { normal } from '../distributions/normal.ts';
import type { ConfidenceInterval, ResultContext } from '../inference/test-result.ts';
import { checkLevel } from '../proportions/check-counts.ts';
import { type BinaryLabel, splitByLabel } from './auc.ts';
import { sensitivityAtSpecificity, specificityAtSensitivity } from './partial-area.ts';
import { silverman } from './smooth-curve.ts';

/** A sensitivity (or specificity) read off the empirical curve, with its analytic interval. */
export interface OperatingPoint extends ResultContext {
  /** 'no-slope': the scores have no density at the threshold (too few values), so there is no analytic error. */
  readonly status: 'ok' | 'no-slope';
  /** In [0, 1], on the straight line between the points of the curve. */
  readonly estimate: number;
  /** By the delta method; null with 'no-slope'. */
  readonly se: number | null;
  /** Within [0, 1], with the estimate inside; null with 'no-slope'. */
  readonly ci: ConfidenceInterval | null;
  /** What the error is made of. */
  readonly components: {
    /** Slope of the ROC curve at the point (of the curve turned over, for a specificity); absent with 'no-slope'. */
    readonly slope?: number;
  };
}

interface Classes {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/**
 * Sensitivity of the empirical ROC curve at a specificity, with an interval that needs no bootstrap:
 *
 * var Ŝe = Se(1 − Se)/m + s²·Sp(1 − Sp)/n, s = f₁(t)/f₀(t) the slope of the curve there,
 *
 * the second term being the error of the threshold, which is estimated too. Densities are normal kernels of Silverman's
 * bandwidth. The interval is Agresti and Coull's, with the number of positives that has this variance.
 *
 * @param scores finite numbers, higher means "more positive"; continuous: with a few categories use a bootstrap
 * @param labels one per case
 * @param options specificity, inside (0, 1); level, default 0.95
 * @throws RangeError as {@link areaUnderCurve}, if a class has fewer than two cases, or an option is outside its range
 * @example
 * ```ts
 * const labels = Array.from({ length: 40 }, (_, i) => (i % 2 ? 'positive' : 'negative'));
 * const scores = labels.map((label, i) => ((i * 7) % 20) + (label === 'positive' ? 8 : 0));
 * sensitivityInterval(scores, labels, { specificity: 0.9 }).estimate.toFixed(2); // => '0.60'
 * ```
 * @see Greenhouse and Mantel 1950, Biometrics 6:399; Linnet 1987, Stat Med 6:147, doi 10.1002/sim.4780060207
 * @see Zhou and Qin 2005, Stat Med 24:465, doi 10.1002/sim.1563 (the adjusted centre)
 */
export function sensitivityInterval(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: { readonly specificity: number; readonly level?: number },
): OperatingPoint {
  const { specificity, level = 0.95 } = options;
  const classes = checked('sensitivityInterval', [scores, labels], specificity, level);
  const estimate = sensitivityAtSpecificity(specificity).value(classes);
  return pointInterval(classes, { fixed: specificity, estimate, level });
}

/**
 * Specificity of the empirical ROC curve at a sensitivity, with the interval of {@link sensitivityInterval}, the classes
 * exchanged.
 *
 * @throws RangeError as {@link sensitivityInterval}
 * @example
 * ```ts
 * const labels = Array.from({ length: 40 }, (_, i) => (i % 2 ? 'positive' : 'negative'));
 * const scores = labels.map((label, i) => ((i * 7) % 20) + (label === 'positive' ? 8 : 0));
 * specificityInterval(scores, labels, { sensitivity: 0.9 }).estimate.toFixed(2); // => '0.60'
 * ```
 */
export function specificityInterval(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  options: { readonly sensitivity: number; readonly level?: number },
): OperatingPoint {
  const { sensitivity, level = 0.95 } = options;
  const classes = checked('specificityInterval', [scores, labels], sensitivity, level);
  const estimate = specificityAtSensitivity(sensitivity).value(classes);
  const turned = {
    positives: classes.negatives.map((x) => -x),
    negatives: classes.positives.map((x) => -x),
  };
  return pointInterval(turned, { fixed: sensitivity, estimate, level });
}

function checked(
  caller: string,
  [scores, labels]: readonly [ArrayLike<number>, readonly BinaryLabel[]],
  share: number,
  level: number,
): Classes {
  checkLevel(caller, level);
  if (!(share > 0 && share < 1)) {
    throw new RangeError(`${caller}: must be given a share inside (0, 1), got ${share}`);
  }
  return splitByLabel(caller, scores, labels, 2);
}

function pointInterval(
  { positives, negatives }: Classes,
  {
    fixed,
    estimate,
    level,
  }: { readonly fixed: number; readonly estimate: number; readonly level: number },
): OperatingPoint {
  const [m, n] = [positives.length, negatives.length];
  const context = {
    n: { positives: m, negatives: n },
    warnings: [],
    method: 'delta method, kernel slope',
    references: [
      'Linnet 1987, doi 10.1002/sim.4780060207',
      'Zhou and Qin 2005, doi 10.1002/sim.1563',
    ],
  };
  const sorted = negatives.slice().sort();
  const threshold = sorted[Math.min(n - 1, Math.max(0, Math.ceil(n * fixed) - 1))]!;
  const slope = density(positives, threshold) / density(negatives, threshold);
  if (!Number.isFinite(slope)) {
    return { status: 'no-slope', estimate, se: null, ci: null, components: {}, ...context };
  }
  const ofThreshold = (slope ** 2 * fixed * (1 - fixed)) / n;
  const z = normal.quantile((1 + level) / 2);
  // Agresti and Coull: z²/2 more of either kind, so that 0 and 1 have a width
  const center = (m * estimate + (z * z) / 2) / (m + z * z);
  const half = z * Math.sqrt((center * (1 - center)) / (m + z * z) + ofThreshold);
  return {
    status: 'ok',
    estimate,
    se: Math.sqrt((estimate * (1 - estimate)) / m + ofThreshold),
    ci: {
      level,
      lower: Math.max(0, Math.min(estimate, center - half)),
      upper: Math.min(1, Math.max(estimate, center + half)),
      method: context.method,
    },
    components: { slope },
    ...context,
  };
}

function density(values: Float64Array, at: number): number {
  const width = silverman(values);
  if (!(width > 0)) return Number.NaN;
  return values.reduce((sum, x) => sum + normal.pdf((at - x) / width), 0) / (values.length * width);
}
