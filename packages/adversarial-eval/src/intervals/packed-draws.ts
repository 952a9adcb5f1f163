import { randomStream } from '@mammo/reader-study-stats';

/**
 * Two bootstrap draws travel in one float64, first + second · 2²⁶: their sums are exact up to 2²⁵ images,
 * and adding weights, which is what a bootstrap spends its time with, serves both at once.
 */
export const LANE: number = 2 ** 26;

/** 1 / {@link LANE}, exactly: multiplying is faster than dividing. */
export const PER_LANE: number = 2 ** -26;

/** The second of two packed sums; the first is `packed − second · LANE`. */
export function secondOf(packed: number): number {
  return Math.floor(packed * PER_LANE);
}

/**
 * Draws clusters with replacement, stratum by stratum, as weights: how often each was drawn, for two
 * draws at once. The clusters of a stratum lie together; `ends` are the ends of the strata.
 *
 * The generator is xoshiro128** with its state in local variables: a bootstrap of 50,000 patients draws
 * 10⁸ numbers, for which a call per number is too slow.
 *
 * @returns a function that overwrites weights, one per cluster
 * @see Blackman and Vigna 2021, ACM Trans Math Softw 47:36, doi 10.1145/3460772
 */
export function packedDraws(
  ends: readonly number[],
  seed: number,
): (weights: Float64Array) => void {
  const source = randomStream(seed, 'bootstrap');
  const state = Int32Array.from({ length: 4 }, () => Math.floor(source.uniform() * 2 ** 32));
  return (weights) => {
    weights.fill(0);
    for (const unit of [1, LANE]) {
      let start = 0;
      for (const end of ends) {
        drawInto(weights, { start, end, unit, state });
        start = end;
      }
    }
  };
}

function drawInto(
  weights: Float64Array,
  options: {
    readonly start: number;
    readonly end: number;
    readonly unit: number;
    readonly state: Int32Array;
  },
): void {
  const { start, end, unit, state } = options;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  const scale = (end - start) / 0x100000000;
  for (let i = start; i < end; i++) {
    const product = Math.imul(b, 5);
    const drawn = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    weights[start + Math.floor(drawn * scale)]! += unit;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
