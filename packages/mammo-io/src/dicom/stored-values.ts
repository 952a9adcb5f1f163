import type { PixelFormat } from './pixel-format.ts';

/** Pixels as the file stores them. */
export type StoredValues = Uint8Array | Uint16Array | Int16Array;

/** Samples of one frame before unused bits are taken off. */
export interface RawSamples {
  readonly samples: Uint8Array | Uint16Array;
  /** Bits of a sample that the codec filled; 8 or 16 for uncompressed pixels. */
  readonly precision: number;
  /** Compression may have carried values beyond the stored bits: they are clamped, not wrapped. */
  readonly lossy?: boolean;
}

/** An array for `frames` frames: signed values are always 16 bits wide. */
export function allocateStoredValues(format: PixelFormat, frames: number): StoredValues {
  const length = format.rows * format.columns * frames;
  if (format.signed) return new Int16Array(length);
  return format.bitsAllocated === 8 ? new Uint8Array(length) : new Uint16Array(length);
}

/** Uncompressed bytes of a frame as 8- or 16-bit samples. */
export function nativeSamples(
  bytes: Uint8Array,
  { bitsAllocated, littleEndian }: { bitsAllocated: 8 | 16; littleEndian: boolean },
): RawSamples {
  if (bitsAllocated === 8) return { samples: bytes, precision: 8 };
  const samples = new Uint16Array(bytes.length >> 1);
  const low = littleEndian ? 0 : 1;
  for (let index = 0; index < samples.length; index++) {
    samples[index] = bytes[index * 2 + low]! | (bytes[index * 2 + 1 - low]! << 8);
  }
  return { samples, precision: 16 };
}

/**
 * Writes the stored values of a frame: the `bitsStored` bits up to `highBit`, sign-extended where the pixels are signed.
 * Bits outside (overlays, garbage) are dropped.
 *
 * @see DICOM PS3.5 section 8.1.1
 */
export function writeStoredValues(
  target: StoredValues,
  { samples, precision, lossy = false }: RawSamples,
  { format, frame }: { readonly format: PixelFormat; readonly frame: number },
): void {
  const { bitsStored, highBit, signed } = format;
  const offset = frame * samples.length;
  if (lossy && precision > bitsStored) {
    writeClamped(target, offset, { samples, precision, format });
    return;
  }
  // A codec that carries only the stored bits has already dropped those below them.
  const shift = precision > bitsStored ? highBit + 1 - bitsStored : 0;
  const up = 32 - bitsStored;
  if (!signed && bitsStored === samples.BYTES_PER_ELEMENT * 8) {
    target.set(samples, offset);
  } else if (signed) {
    for (let index = 0; index < samples.length; index++) {
      target[offset + index] = ((samples[index]! >> shift) << up) >> up;
    }
  } else {
    const mask = 2 ** bitsStored - 1;
    for (let index = 0; index < samples.length; index++) {
      target[offset + index] = (samples[index]! >> shift) & mask;
    }
  }
}

interface Clamped extends RawSamples {
  readonly format: PixelFormat;
}

function writeClamped(
  target: StoredValues,
  offset: number,
  { samples, precision, format }: Clamped,
): void {
  const lowest = format.signed ? -(2 ** (format.bitsStored - 1)) : 0;
  const highest = lowest + 2 ** format.bitsStored - 1;
  const up = format.signed ? 32 - precision : 0;
  for (let index = 0; index < samples.length; index++) {
    const value = (samples[index]! << up) >> up;
    target[offset + index] = Math.min(Math.max(value, lowest), highest);
  }
}
