/** A part of the ROC curve: between two specificities, or between two sensitivities. */
export type RocRange =
  | {
      /** [lower, upper] within [0, 1]; [0.9, 1] is the left edge of the curve. */
      readonly specificity: readonly [number, number];
    }
  | {
      /** [lower, upper] within [0, 1]; [0.9, 1] is its upper edge. */
      readonly sensitivity: readonly [number, number];
    };

/** Where the range lies on the axis of 1 − specificity (or of 1 − sensitivity, the curve turned over). */
export interface RangeEnds {
  readonly axis: 'specificity' | 'sensitivity';
  readonly from: number;
  readonly to: number;
}

/**
 * The ends of a range on the axis of errors.
 * @throws RangeError unless 0 ≤ lower < upper ≤ 1
 */
export function rangeEnds(caller: string, range: RocRange): RangeEnds {
  const axis = 'specificity' in range ? 'specificity' : 'sensitivity';
  const [lower, upper] = 'specificity' in range ? range.specificity : range.sensitivity;
  if (!(lower >= 0 && lower < upper && upper <= 1)) {
    throw new RangeError(
      `${caller}: ${axis} must be a range [lower, upper] within [0, 1], got [${lower}, ${upper}]`,
    );
  }
  return { axis, from: 1 - upper, to: 1 - lower };
}

/**
 * McClish's standardised partial area: ½·(1 + (A − A_min)/(A_max − A_min)), where A_min is what chance
 * has in the range, A_max its width: ½ for chance, 1 for no errors.
 *
 * @see McClish 1989, Med Decis Making 9:190, doi 10.1177/0272989X8900900307
 */
export function standardizeArea(area: number, { from, to }: RangeEnds): number {
  const chance = (to ** 2 - from ** 2) / 2;
  return (1 + (area - chance) / (to - from - chance)) / 2;
}
