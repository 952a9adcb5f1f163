import { HOST_IS_LITTLE_ENDIAN, swapWordBytes } from '../byte-order.ts';
import { copyBytes } from '../bytes.ts';
import { ImageFileError } from '../image-file-error.ts';
import { unionOfBits } from '../union-of-bits.ts';
import type { PixelFormat } from './pixel-format.ts';

/** Pixels as the file stores them. */
export type StoredValues = Uint8Array | Uint16Array | Int16Array;

/** Samples of one frame before unused bits are taken off. */
export interface RawSamples {
  readonly samples: Uint8Array | Uint16Array;
  /** The samples lie in memory that must not be changed. Default: they may become the stored values. */
  readonly borrowed?: boolean;
  /** Bits of a sample that the codec filled; 8 or 16 for uncompressed pixels. */
  readonly precision: number;
  /** Compression may have carried values beyond the stored bits. */
  readonly lossy?: boolean;
  /** What was wrong with the compressed bytes and has been mended. Default: nothing. */
  readonly warnings?: readonly string[];
}

/** How the bytes of uncompressed samples lie. */
export interface NativeLayout {
  readonly bitsAllocated: 8 | 16;
  readonly littleEndian: boolean;
  /** The bytes belong to someone else, and a copy is wanted of them. */
  readonly copy: boolean;
}

/** Uncompressed bytes of a frame as 8- or 16-bit samples, copied where their place or their order does not allow a view. */
export function nativeSamples(
  bytes: Uint8Array,
  { bitsAllocated, littleEndian, copy }: NativeLayout,
): RawSamples {
  const swapped = bitsAllocated === 16 && littleEndian !== HOST_IS_LITTLE_ENDIAN;
  const aligned = bytes.byteOffset % (bitsAllocated / 8) === 0;
  const borrowed = !(copy || swapped) && aligned;
  const held = borrowed ? bytes : copyBytes(bytes);
  if (bitsAllocated === 8) return { samples: held, precision: 8, borrowed };
  const samples = new Uint16Array(held.buffer, held.byteOffset, held.byteLength >> 1);
  if (swapped) swapWordBytes(samples);
  return { samples, precision: 16, borrowed };
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
  { samples, precision, lossy = false, borrowed = false }: RawSamples,
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
  if (signed) return signedValues(samples, { bits, shift, borrowed });
  const wide = bitsAllocated === 8 ? samples : words(samples);
  const mask = 2 ** bits - 1;
  if (shift === 0 && (bits === bitsAllocated || (unionOfBits(wide) & ~mask) === 0)) return wide;
  const values = borrowed ? wide.slice() : wide;
  for (let index = 0; index < values.length; index++) {
    values[index] = (values[index]! >> shift) & mask;
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
  if (!(values instanceof Int16Array) && unionOfBits(values) <= highest) return 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    count += ((highest - value) | (value - lowest)) >>> 31; // the sign bit of whichever is negative
  }
  return count;
}

interface SignedLayout {
  readonly bits: number;
  readonly shift: number;
  readonly borrowed: boolean;
}

function signedValues(
  samples: Uint8Array | Uint16Array,
  { bits, shift, borrowed }: SignedLayout,
): Int16Array {
  const { buffer, byteOffset, length } = words(samples);
  const view = new Int16Array(buffer, byteOffset, length);
  if (bits === 16) return view;
  const values = borrowed ? view.slice() : view;
  const unused = 32 - bits;
  for (let index = 0; index < values.length; index++) {
    values[index] = ((values[index]! >> shift) << unused) >> unused;
  }
  return values;
}

function words(samples: Uint8Array | Uint16Array): Uint16Array {
  return samples instanceof Uint16Array ? samples : Uint16Array.from(samples);
}
