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
 * @param positive 1 or 0 per image
 */
export function rankScores(scores: ArrayLike<number>, positive: Uint8Array): RankedScores {
  const positives = sortedImages(scores, positive, 1);
  const negatives = sortedImages(scores, positive, 0);
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

/** Scores are sorted as numbers, and each image finds its place: faster than sorting by comparison. */
function sortedImages(scores: ArrayLike<number>, positive: Uint8Array, wanted: 0 | 1): Int32Array {
  const images: number[] = [];
  positive.forEach((flag, image) => {
    if (flag === wanted) images.push(image);
  });
  const sorted = Float64Array.from(images, (image) => scores[image]!).sort();
  const equals = new Int32Array(sorted.length);
  const order = new Int32Array(sorted.length);
  for (const image of images) {
    const place = firstNotBelow(sorted, scores[image]!);
    order[place + equals[place]!++] = image;
  }
  return order;
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
