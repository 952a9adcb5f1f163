import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Uniform integer in [0, n). */
  integer(n: number): number;
  /** A shuffled copy (Fisher-Yates); the argument stays as it is. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * A stream of random numbers that is a pure function of a seed and keys: the same arguments give the
 * same numbers on every machine, and streams with different keys do not depend on each other.
 * Generator: xoroshiro128+ (pure-rand), its 128-bit state hashed from the arguments.
 *
 * @param seed a safe integer
 * @param keys what the stream is for, such as `'order', '3'`
 * @throws RangeError if the seed is no safe integer or a numeric key is not finite
 * @example
 * ```ts
 * randomStream(7, 'order').integer(10) === randomStream(7, 'order').integer(10); // => true
 * ```
 */
export function randomStream(seed: number, ...keys: readonly (number | string)[]): RandomStream {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`randomStream: seed must be a safe integer, got ${seed}`);
  }
  for (const key of keys) {
    if (typeof key === 'number' && !Number.isFinite(key)) {
      throw new RangeError(`randomStream: numeric keys must be finite, got ${key}`);
    }
  }
  const generator = xoroshiro128plusFromState(hash128(JSON.stringify([seed, ...keys])));
  for (let i = 0; i < 8; i++) generator.next();
  const uniform = () => uniformFloat64(generator);
  let spare: number | null = null;
  const integer = (n: number) => uniformInt(generator, 0, n - 1);
  return {
    uniform,
    integer,
    normal: () => {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [copy[i], copy[j]] = [copy[j]!, copy[i]!];
      }
      return copy;
    },
  };
}

/** Four 32-bit FNV-1a hashes with different offsets, each finished with murmur3's mixer. */
function hash128(text: string): [number, number, number, number] {
  const word = (offset: number): number => {
    let hash = (0x811c9dc5 ^ offset) | 0;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  return [word(0x9e3779b9), word(0x3c6ef372), word(0xdaa66d2b), word(0x78dde6e4)];
}
