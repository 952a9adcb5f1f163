import { concatenateBytes } from '../src/bytes.ts';
import type { RandomStream } from '../src/random.ts';

/** A damaged file and what was done to it. */
export interface Mutant {
  readonly bytes: Uint8Array;
  /** The only damage is that bytes are missing at the end. */
  readonly truncated: boolean;
}

/** Bytes that readers of sizes and lengths stumble over. */
const BOUNDARIES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

type Edit = (bytes: Uint8Array, random: RandomStream) => Uint8Array;

const EDITS: readonly Edit[] = [
  function flipBit(bytes, random) {
    return changed(bytes, position(bytes, random), (byte) => byte ^ (1 << random.integer(8)));
  },
  function replaceByte(bytes, random) {
    return changed(bytes, position(bytes, random), () => random.integer(256));
  },
  function fillWithBoundary(bytes, random) {
    const at = position(bytes, random);
    return bytes
      .slice()
      .fill(BOUNDARIES[random.integer(BOUNDARIES.length)]!, at, at + 1 + random.integer(4));
  },
  function removeBytes(bytes, random) {
    const at = position(bytes, random);
    return concatenateBytes([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16))]);
  },
  function repeatBytes(bytes, random) {
    const from = position(bytes, random);
    const piece = bytes.subarray(from, from + 1 + random.integer(32));
    const at = position(bytes, random);
    return concatenateBytes([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
];

/**
 * Damages a file: a fifth of the mutants lose bytes at the end; the others get one to four flipped bits, replaced, boundary,
 * missing or repeated bytes, half of them near the start, where headers are.
 */
export function mutate(seed: Uint8Array, random: RandomStream): Mutant {
  if (random.uniform() < 0.2) {
    return { bytes: seed.slice(0, random.integer(seed.length)), truncated: true };
  }
  let bytes = seed;
  for (let left = 1 + random.integer(4); left > 0 && bytes.length > 0; left--) {
    bytes = EDITS[random.integer(EDITS.length)]!(bytes, random);
  }
  return { bytes, truncated: false };
}

function position({ length }: Uint8Array, random: RandomStream): number {
  const share = random.uniform();
  return Math.floor(length * (random.integer(2) === 0 ? share : share ** 2));
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at]!);
  return copy;
}
