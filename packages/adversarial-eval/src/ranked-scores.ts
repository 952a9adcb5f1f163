import type { BinaryLabel } from '@mammo/reader-study-stats';

/**
 * The scores of two classes in ascending order, each positive with its place among the negatives: what
 * an area needs, for any weights of the images, without sorting again.
 */
export interface RankedScores {
  /** Image numbers of the positives, by ascending score. */
  readonly positives: Int32Array;
  /** Image numbers of the negatives, by ascending score. */
  readonly negatives: Int32Array;
  /** Per positive, in that order: negatives that score less. */
  readonly below: Int32Array;
  /** Per positive, in that order: negatives that score less or as much. */
  readonly upTo: Int32Array;
}

/**
 * @param scores finite numbers, one per image
 * @param labels one per image
 */
export function rankScores(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
): RankedScores {
  const positives = sortedImages(scores, labels, 'positive');
  const negatives = sortedImages(scores, labels, 'negative');
  const below = new Int32Array(positives.length);
  const upTo = new Int32Array(positives.length);
  let less = 0;
  let notMore = 0;
  positives.forEach((image, rank) => {
    const score = scores[image]!;
    while (less < negatives.length && scores[negatives[less]!]! < score) less++;
    while (notMore < negatives.length && scores[negatives[notMore]!]! <= score) notMore++;
    below[rank] = less;
    upTo[rank] = notMore;
  });
  return { positives, negatives, below, upTo };
}

/**
 * The area as a function of weights: Σᵢⱼ wᵢwⱼ·[sᵢ > sⱼ, ties half] / (Σwᵢ·Σwⱼ) over positives i and
 * negatives j, in O(images): the weights of the negatives are summed upwards once, and each positive
 * looks up the sum at its place.
 *
 * @param positionOf where the weight of an image stands
 * @returns NaN for weights that leave a class empty
 */
export function weightedArea(
  ranked: RankedScores,
  positionOf: (image: number) => number,
): (weights: ArrayLike<number>) => number {
  const { below, upTo } = ranked;
  const ofPositives = ranked.positives.map(positionOf);
  const ofNegatives = ranked.negatives.map(positionOf);
  const tied = upTo.some((count, rank) => count > below[rank]!);
  const sums = new Float64Array(ofNegatives.length + 1);
  return (weights) => {
    let sum = 0;
    for (let j = 0; j < ofNegatives.length; j++) {
      sum += weights[ofNegatives[j]!]!;
      sums[j + 1] = sum;
    }
    let wins = 0;
    let positives = 0;
    for (let i = 0; i < ofPositives.length; i++) {
      const weight = weights[ofPositives[i]!]!;
      positives += weight;
      wins += weight * (tied ? (sums[below[i]!]! + sums[upTo[i]!]!) / 2 : sums[below[i]!]!);
    }
    return wins / (positives * sum);
  };
}

function sortedImages(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  wanted: BinaryLabel,
): Int32Array {
  const images: number[] = [];
  labels.forEach((label, image) => {
    if (label === wanted) images.push(image);
  });
  return Int32Array.from(images).sort((a, b) => scores[a]! - scores[b]!);
}
