import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** A named part of a seed: safe integers and strings are told apart (`1` is not `'1'`). */
export type RandomKey = number | string;

/** A reproducible sequence of random numbers; see {@link randomStream}. */
export interface RandomStream {
  /** A number in `[low, high)`, by default `[0, 1)`; 53 random bits. */
  uniform(low?: number, high?: number): number;
  /** A standard normal number (mean 0, variance 1). */
  normal(): number;
  /** Fills an array with what as many calls of `normal` would return. */
  normals(out: Float64Array | Float32Array): void;
  /** An integer in `[0, count)`. */
  integer(count: number): number;
  /** A Poisson number; meant for small means, its cost grows with the mean. */
  poisson(mean: number): number;
  /** The items in random order, in a new array (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Returns the random numbers that belong to a seed and a list of keys.
 *
 * The same arguments give the same numbers in every process, and different keys independent ones, so that a draw
 * may be named, `randomStream(seed, 'augmentation', step)`, instead of kept as a state. The generator is
 * xoroshiro128+ of pure-rand; its 128-bit state is a MurmurHash3-style hash of the arguments.
 *
 * @param seed - a safe integer
 * @param keys - safe integers or strings
 * @throws RangeError if the seed or a numeric key is not a safe integer
 * @example
 * ```ts
 * randomStream(1, 'shuffle', 7).shuffle(['a', 'b', 'c']).length; // => 3
 * ```
 * @see Blackman and Vigna (2021), Scrambled linear pseudorandom number generators, doi 10.1145/3460772
 */
export function randomStream(seed: number, ...keys: RandomKey[]): RandomStream {
  return new Stream(xoroshiro128plusFromState(hashKeys([seed, ...keys])));
}

class Stream implements RandomStream {
  readonly #generator: JumpableRandomGenerator;
  #spare: number | undefined;

  constructor(generator: JumpableRandomGenerator) {
    this.#generator = generator;
  }

  uniform(low = 0, high = 1): number {
    // the high bits of two words: the lowest bits of xoroshiro128+ are its weakest
    const high27 = this.#generator.next() >>> 5;
    const low26 = this.#generator.next() >>> 6;
    return low + (high - low) * ((high27 * 0x4000000 + low26) / 0x20000000000000);
  }

  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const generator = this.#generator;
    let u = 0;
    let v = 0;
    let square = 0;
    do {
      u = (generator.next() + 0.5) / 0x80000000;
      v = (generator.next() + 0.5) / 0x80000000;
      square = u * u + v * v;
    } while (square >= 1); // Marsaglia's polar method; the half keeps the square above 0
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = v * scale;
    return u * scale;
  }

  normals(out: Float64Array | Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.normal();
  }

  integer(count: number): number {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new RangeError(`integer: count must be a positive integer, got ${count}`);
    }
    return Math.floor(this.uniform() * count);
  }

  poisson(mean: number): number {
    if (!(mean >= 0 && mean <= 500)) {
      throw new RangeError(`poisson: mean must lie in [0, 500], got ${mean}`);
    }
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = shuffled[i] as T;
      shuffled[i] = shuffled[j] as T;
      shuffled[j] = item;
    }
    return shuffled;
  }
}

/** Four MurmurHash3 lanes with different constants over the keys' words, then mixed with each other. */
function hashKeys(keys: readonly RandomKey[]): number[] {
  const lanes = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  for (const key of keys) {
    for (const word of keyWords(key)) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = mixWord(lanes[lane] ?? 0, word, lane);
    }
  }
  for (let round = 0; round < 2; round++) {
    const sum = lanes.reduce((total, lane) => (total + lane) | 0, 0);
    for (let lane = 0; lane < 4; lane++) lanes[lane] = avalanche(((lanes[lane] ?? 0) + sum) | 0);
  }
  return lanes;
}

/** The words of a key: its kind and length first, so that no two lists of keys share their words. */
function keyWords(key: RandomKey): number[] {
  if (typeof key === 'string') {
    const codes = Array.from({ length: key.length }, (_, i) => key.charCodeAt(i));
    return [0x73000000, key.length, ...codes];
  }
  if (!Number.isSafeInteger(key)) {
    throw new RangeError(`randomStream: seed and numeric keys must be safe integers, got ${key}`);
  }
  return [0x6e000000, key | 0, Math.floor(key / 0x100000000) | 0];
}

const MULTIPLIERS = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
const ADDENDS = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17];

function mixWord(hash: number, word: number, lane: number): number {
  let mixed = Math.imul(word, MULTIPLIERS[lane] ?? 0);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), MULTIPLIERS[(lane + 1) % 4] ?? 0);
  const turned = hash ^ mixed;
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + (ADDENDS[lane] ?? 0)) | 0;
}

function avalanche(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
