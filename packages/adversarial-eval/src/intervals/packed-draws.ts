import { randomStream } from '@mammo/reader-study-stats';

/**
 * Several bootstrap draws that travel in one float64, first + second · unit + third · unit²: adding weights,
 * which is what a bootstrap spends its time with, serves them all at once, and exactly.
 */
export interface Packing {
  readonly lanes: 2 | 3;
  /** 2¹⁷ for three lanes, 2²⁶ for two: no sum of a draw may reach it. */
  readonly unit: number;
}

/** Three lanes where no sum can be greater than `most`, if that is below 2¹⁷; else two. */
export function packingFor(most: number): Packing {
  return most < 2 ** 17 ? { lanes: 3, unit: 2 ** 17 } : { lanes: 2, unit: 2 ** 26 };
}

/** Takes a packed sum apart; with two lanes the third is 0. */
export function unpack(
  packed: number,
  { unit }: Packing,
): readonly [first: number, second: number, third: number] {
  const third = Math.floor(packed / unit / unit);
  const rest = packed - third * unit * unit;
  const second = Math.floor(rest / unit);
  return [rest - second * unit, second, third];
}

/**
 * Draws clusters with replacement, stratum by stratum, as weights: how often each was drawn, for as many
 * draws at once as the packing has lanes. The clusters of a stratum lie together; `ends` are the ends of the
 * strata. Draws follow one another in one stream of random numbers, so that they do not depend on the packing.
 *
 * The generator is xoshiro128** with its state in local variables: a bootstrap of 50,000 patients draws
 * 10⁸ numbers, for which a call per number is too slow.
 *
 * @returns a function that overwrites weights, one per cluster
 * @see Blackman and Vigna 2021, ACM Trans Math Softw 47:36, doi 10.1145/3460772
 */
export function packedDraws(
  ends: readonly number[],
  { seed, packing }: { readonly seed: number; readonly packing: Packing },
): (weights: Float64Array) => void {
  const source = randomStream(seed, 'bootstrap');
  const state = Int32Array.from({ length: 4 }, () => Math.floor(source.uniform() * 2 ** 32));
  return (weights) => {
    weights.fill(0);
    for (let lane = 0; lane < packing.lanes; lane++) {
      let start = 0;
      for (const end of ends) {
        drawInto(weights, { start, end, unit: packing.unit ** lane, state });
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
