import { randomStream } from '@mammo/reader-study-stats';

/**
 * Draws clusters with replacement, stratum by stratum, as weights: how often each was drawn. The
 * clusters of a stratum lie together; `ends` are the ends of the strata (the last is their number).
 * Weights of a stratum sum to its size.
 *
 * The generator is xoshiro128** with its state in local variables: a bootstrap of 50,000 patients draws
 * 10⁸ numbers, for which a call per number is too slow.
 *
 * @see Blackman and Vigna 2021, ACM Trans Math Softw 47:36, doi 10.1145/3460772
 */
export function resampledWeights(
  ends: readonly number[],
  seed: number,
): (weights: Uint16Array | Uint32Array) => void {
  const source = randomStream(seed, 'bootstrap');
  const state = Int32Array.from({ length: 4 }, () => Math.floor(source.uniform() * 2 ** 32));
  return (weights) => {
    weights.fill(0);
    let start = 0;
    for (const end of ends) {
      drawInto(weights, start, end, state);
      start = end;
    }
  };
}

function drawInto(
  weights: Uint16Array | Uint32Array,
  start: number,
  end: number,
  state: Int32Array,
): void {
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
    weights[start + Math.floor(drawn * scale)]!++;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
