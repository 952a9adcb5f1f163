import { ImageFileError } from '../image-file-error.ts';
import type { PixelFormat } from './pixel-format.ts';

/** Pixels as the file stores them. */
export type StoredValues = Uint8Array | Uint16Array | Int16Array;

/** Samples of one frame before unused bits are taken off. */
export interface RawSamples {
  /** Owned by whoever gets them: they may become the stored values. */
  readonly samples: Uint8Array | Uint16Array;
  /** Bits of a sample that the codec filled; 8 or 16 for uncompressed pixels. */
  readonly precision: number;
  /** Compression may have carried values beyond the stored bits. */
  readonly lossy?: boolean;
}

/** Uncompressed bytes of a frame as 8- or 16-bit samples (a copy). */
export function nativeSamples(
  bytes: Uint8Array,
  { bitsAllocated, littleEndian }: { bitsAllocated: 8 | 16; littleEndian: boolean },
): RawSamples {
  const copy = bytes.slice();
  if (bitsAllocated === 8) return { samples: copy, precision: 8 };
  const samples = new Uint16Array(copy.buffer);
  if (!littleEndian) swapBytes(samples);
  return { samples, precision: 16 };
}

/**
 * The stored values of a frame: the `bitsStored` bits up to `highBit`, sign-extended where the pixels are signed. Bits outside
 * (overlays, garbage) are dropped; but values that lossy compression carried beyond the stored bits are kept as decoded:
 * wrapping them would turn white into black.
 *
 * @throws ImageFileError if the compressed samples have more bits than are allocated for them
 * @see DICOM PS3.5 section 8.1.1
 */
export function storedValuesOf(
  { samples, precision, lossy = false }: RawSamples,
  { bitsAllocated, bitsStored, highBit, signed }: PixelFormat,
): StoredValues {
  if (precision > bitsAllocated) {
    throw new ImageFileError(
      'invalid',
      `the compressed samples must have at most BitsAllocated = ${bitsAllocated} bits, got ${precision}`,
    );
  }
  const bits = lossy ? Math.max(precision, bitsStored) : bitsStored;
  // A codec that carries only the stored bits has already dropped those below them.
  const shift = precision > bits ? highBit + 1 - bitsStored : 0;
  if (signed) return signedValues(samples, bits, shift);
  const values = bitsAllocated === 8 ? samples : words(samples);
  const mask = 2 ** bits - 1;
  if (shift > 0 || (unionOfBits(values) & ~mask) !== 0) {
    for (let index = 0; index < values.length; index++) {
      values[index] = (values[index]! >> shift) & mask;
    }
  }
  return values;
}

/** How many values lie beyond what the stored bits can say. */
export function countBeyondStoredBits(
  values: StoredValues,
  { bitsStored, signed }: PixelFormat,
): number {
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < lowest || value > highest) count++;
  }
  return count;
}

function signedValues(samples: Uint8Array | Uint16Array, bits: number, shift: number): Int16Array {
  const values = new Int16Array(words(samples).buffer);
  const unused = 32 - bits;
  if (bits === 16) return values;
  for (let index = 0; index < values.length; index++) {
    values[index] = ((values[index]! >> shift) << unused) >> unused;
  }
  return values;
}

function words(samples: Uint8Array | Uint16Array): Uint16Array {
  return samples instanceof Uint16Array ? samples : Uint16Array.from(samples);
}

/** Bits that are set in any of the values, taken four bytes at a time. */
function unionOfBits(values: Uint8Array | Uint16Array): number {
  const fours = values.byteLength >> 2;
  const quads = new Int32Array(values.buffer, values.byteOffset, fours);
  let union = 0;
  for (let index = 0; index < fours; index++) union |= quads[index]!;
  union |= union >>> 16;
  if (values instanceof Uint8Array) union |= union >>> 8;
  for (let index = fours * (4 / values.BYTES_PER_ELEMENT); index < values.length; index++) {
    union |= values[index]!;
  }
  return union & (2 ** (values.BYTES_PER_ELEMENT * 8) - 1);
}

function swapBytes(words: Uint16Array): void {
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    words[index] = (word >> 8) | (word << 8);
  }
}
