import {
  type CalibrationSample,
  checkSample,
  countLabels,
  type FittedOn,
} from './calibration-sample.ts';

/** A rising curve from margins to probabilities, straight between its corners and level beyond the outer ones. */
export interface IsotonicCurve {
  /** Tells it from the other calibration. */
  readonly method: 'isotonic';
  /** z₀ − z₁ of the corners, rising. */
  readonly margins: readonly number[];
  /** Probabilities of the corners, not falling. */
  readonly probabilities: readonly number[];
  /** How many images it was fitted on. */
  readonly fittedOn: FittedOn;
}

/** Neighbouring margins with one common probability. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly positives: number;
  readonly count: number;
}

/**
 * Fits the non-falling function of the margin that is nearest to the labels:
 *
 *     minimise Σᵢ (yᵢ − f(mᵢ))²   subject to   f(a) ≤ f(b) for a ≤ b
 *
 * by pooling adjacent violators. Between fitted margins the curve is straight.
 *
 * Makes no assumption on the shape, so it needs more images than {@link fitTemperature}: hundreds of each class. Probabilities of exactly
 * 0 and 1 occur at its ends.
 *
 * @param sample - images of other patients than those that are to be evaluated
 * @throws RangeError if the sample is not one
 * @example
 * ```ts
 * const labels = ['negative', 'positive', 'negative', 'positive'] as const;
 * fitIsotonic({ margins: [-2, -1, 1, 2], labels }).probabilities; // => [0, 0.5, 0.5, 1]
 * ```
 * @see Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates,
 *   doi 10.1145/775047.775151
 */
export function fitIsotonic(sample: CalibrationSample): IsotonicCurve {
  checkSample('fitIsotonic', sample);
  const blocks: Block[] = [];
  for (const group of tiedGroups(sample)) {
    let block = group;
    for (let before = blocks.at(-1); before && !rises(before, block); before = blocks.at(-1)) {
      blocks.pop();
      block = joined(before, block);
    }
    blocks.push(block);
  }
  const corners = blocks.flatMap(({ first, last, positives, count }) => {
    const probability = positives / count;
    return first === last
      ? [[first, probability]]
      : [
          [first, probability],
          [last, probability],
        ];
  }) as [number, number][];
  return {
    method: 'isotonic',
    margins: corners.map(([margin]) => margin),
    probabilities: corners.map(([, probability]) => probability),
    fittedOn: countLabels(sample),
  };
}

/** The curve at a margin. */
export function evaluateIsotonic(
  { margins, probabilities }: IsotonicCurve,
  margin: number,
): number {
  const right = firstAtLeast(margins, margin);
  if (right === margins.length) return probabilities.at(-1)!;
  if (right === 0 || margins[right] === margin) return probabilities[right]!;
  const left = right - 1;
  const share = (margin - margins[left]!) / (margins[right]! - margins[left]!);
  return probabilities[left]! + share * (probabilities[right]! - probabilities[left]!);
}

/** Index of the first corner that is not below a margin, or their number. */
function firstAtLeast(corners: readonly number[], margin: number): number {
  let [low, high] = [0, corners.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (corners[middle]! < margin) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One block for each margin that occurs, rising. */
function tiedGroups({ margins, labels }: CalibrationSample): Block[] {
  const order = [...margins.keys()].sort((a, b) => margins[a]! - margins[b]!);
  const groups: Block[] = [];
  for (const image of order) {
    const margin = margins[image]!;
    const own = {
      first: margin,
      last: margin,
      positives: labels[image] === 'positive' ? 1 : 0,
      count: 1,
    };
    const before = groups.at(-1);
    if (before?.first === margin) groups[groups.length - 1] = joined(before, own);
    else groups.push(own);
  }
  return groups;
}

const rises = (before: Block, after: Block): boolean =>
  before.positives * after.count < after.positives * before.count;

const joined = (before: Block, after: Block): Block => ({
  first: before.first,
  last: after.last,
  positives: before.positives + after.positives,
  count: before.count + after.count,
});
