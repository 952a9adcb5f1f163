import { LANE, PER_LANE, secondOf } from './packed-draws.ts';
import type { RankedScores } from './ranked-scores.ts';

/**
 * The area as a function of weights: Σᵢⱼ wᵢwⱼ·[sᵢ > sⱼ, ties half] / (Σwᵢ·Σwⱼ) over positives i and
 * negatives j, for two packed draws at once, in O(images): the weights of the negatives are summed
 * upwards once, and each positive looks up the sum at its place.
 *
 * @param positionOf where the weight of an image stands
 * @returns both areas, in an array that the next call overwrites; NaN for a draw without a class
 */
export function weightedAreas(
  ranked: RankedScores,
  positionOf: (image: number) => number,
): (weights: Float64Array) => Float64Array {
  const { below, upTo } = ranked;
  const ofPositives = ranked.positives.map(positionOf);
  const ofNegatives = ranked.negatives.map(positionOf);
  const tied = upTo.some((count, rank) => count > below[rank]!);
  const sums = new Float64Array(ofNegatives.length + 1);
  const areas = new Float64Array(2);
  return (weights) => {
    const negatives = sumUpwards(weights, ofNegatives, sums);
    const [positives, ...wins] = winsAt(below, { weights, ofPositives, sums });
    const tiedWins = tied ? winsAt(upTo, { weights, ofPositives, sums }).slice(1) : wins;
    const second = { positives: secondOf(positives), negatives: secondOf(negatives) };
    const first = {
      positives: positives - second.positives * LANE,
      negatives: negatives - second.negatives * LANE,
    };
    [first, second].forEach((draw, lane) => {
      areas[lane] = (wins[lane]! + tiedWins[lane]!) / 2 / (draw.positives * draw.negatives);
    });
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

/** The packed weight of the positives, and per draw Σ weight · sum of the negatives at their place. */
function winsAt(
  places: Int32Array,
  input: {
    readonly weights: Float64Array;
    readonly ofPositives: Int32Array;
    readonly sums: Float64Array;
  },
): readonly [positives: number, first: number, second: number] {
  const { weights, ofPositives, sums } = input;
  let positives = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < ofPositives.length; i++) {
    const weight = weights[ofPositives[i]!]!;
    const sum = sums[places[i]!]!;
    const secondWeight = Math.floor(weight * PER_LANE);
    const secondSum = Math.floor(sum * PER_LANE);
    positives += weight;
    first += (weight - secondWeight * LANE) * (sum - secondSum * LANE);
    second += secondWeight * secondSum;
  }
  return [positives, first, second];
}
