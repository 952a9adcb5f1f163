import { type Packing, unpack } from './packed-draws.ts';
import type { RankedScores } from './ranked-scores.ts';

/**
 * The area as a function of weights: Σᵢⱼ wᵢwⱼ·[sᵢ > sⱼ, ties half] / (Σwᵢ·Σwⱼ) over positives i and
 * negatives j, for all packed draws at once, in O(images): the weights of the negatives are summed
 * upwards once, and each positive looks up the sum at its place.
 *
 * @param options positionOf: where the weight of an image stands; packing of the weights
 * @returns the area of each lane, in an array that the next call overwrites; NaN for a draw without a class
 */
export function weightedAreas(
  ranked: RankedScores,
  options: { readonly positionOf: (image: number) => number; readonly packing: Packing },
): (weights: Float64Array) => Float64Array {
  const { positionOf, packing } = options;
  const { below, upTo } = ranked;
  const ofPositives = ranked.positives.map(positionOf);
  const ofNegatives = ranked.negatives.map(positionOf);
  const tied = upTo.some((count, rank) => count > below[rank]!);
  const sums = new Float64Array(ofNegatives.length + 1);
  const areas = new Float64Array(packing.lanes);
  const wins = new Float64Array(3);
  return (weights) => {
    const negatives = unpack(sumUpwards(weights, ofNegatives, sums), packing);
    wins.fill(0);
    const positives = unpack(
      addWins(wins, below, { weights, ofPositives, sums, packing }),
      packing,
    );
    if (tied) addWins(wins, upTo, { weights, ofPositives, sums, packing });
    for (let lane = 0; lane < areas.length; lane++) {
      const share = tied ? wins[lane]! / 2 : wins[lane]!;
      areas[lane] = share / (positives[lane]! * negatives[lane]!);
    }
    return areas;
  };
}

/** sums[j] = the weights of the first j; four at a time, so that additions need not wait in line. */
function sumUpwards(weights: Float64Array, positions: Int32Array, sums: Float64Array): number {
  const whole = positions.length - (positions.length % 4);
  let sum = 0;
  let j = 0;
  for (; j < whole; j += 4) {
    const one = weights[positions[j]!]!;
    const two = one + weights[positions[j + 1]!]!;
    const three = weights[positions[j + 2]!]!;
    const four = three + weights[positions[j + 3]!]!;
    sums[j + 1] = sum + one;
    sums[j + 2] = sum + two;
    sums[j + 3] = sum + two + three;
    sum += two + four;
    sums[j + 4] = sum;
  }
  for (; j < positions.length; j++) {
    sum += weights[positions[j]!]!;
    sums[j + 1] = sum;
  }
  return sum;
}

/**
 * Adds to the wins of each lane Σ weight · sum of the negatives at their place.
 *
 * @returns the packed weight of the positives
 */
function addWins(
  wins: Float64Array,
  places: Int32Array,
  input: {
    readonly weights: Float64Array;
    readonly ofPositives: Int32Array;
    readonly sums: Float64Array;
    readonly packing: Packing;
  },
): number {
  const { weights, ofPositives, sums } = input;
  const { unit } = input.packing;
  const square = unit * unit;
  // powers of two: multiplying is exact and faster than dividing
  const [perUnit, perSquare] = [1 / unit, 1 / square];
  let [positives, first, second, third] = [0, 0, 0, 0];
  for (let i = 0; i < ofPositives.length; i++) {
    const weight = weights[ofPositives[i]!]!;
    const sum = sums[places[i]!]!;
    const weight3 = Math.floor(weight * perSquare);
    const weight12 = weight - weight3 * square;
    const weight2 = Math.floor(weight12 * perUnit);
    const sum3 = Math.floor(sum * perSquare);
    const sum12 = sum - sum3 * square;
    const sum2 = Math.floor(sum12 * perUnit);
    positives += weight;
    first += (weight12 - weight2 * unit) * (sum12 - sum2 * unit);
    second += weight2 * sum2;
    third += weight3 * sum3;
  }
  wins[0]! += first;
  wins[1]! += second;
  wins[2]! += third;
  return positives;
}
