import { deflateZlib } from '../deflate.ts';
import { filterRow } from './filters.ts';

/** Pixels to compress, 8 or 16 bits deep. */
export interface PixelsToEncode {
  readonly pixels: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const FILTERS = [0, 1, 2, 3, 4];

/**
 * The data of an IDAT chunk; each row has the filter whose bytes, taken as signed, have the least sum of magnitudes.
 *
 * @see ISO/IEC 15948 section 12.7
 */
export function encodePixels({ pixels, height, width, channels }: PixelsToEncode): Uint8Array {
  const sampleBytes = pixels.BYTES_PER_ELEMENT;
  const pixelBytes = sampleBytes * channels;
  const rowBytes = width * pixelBytes;
  const filtered = new Uint8Array(height * (rowBytes + 1));
  const candidate = new Uint8Array(rowBytes);
  let above = new Uint8Array(rowBytes);
  let line = new Uint8Array(rowBytes);
  for (let row = 0; row < height; row++) {
    bigEndianRow(pixels.subarray(row * width * channels, (row + 1) * width * channels), line);
    let least = Infinity;
    for (const type of FILTERS) {
      filterRow(type, { line, above, pixelBytes }, candidate);
      const size = sumOfMagnitudes(candidate);
      if (size >= least) continue;
      least = size;
      filtered[row * (rowBytes + 1)] = type;
      filtered.set(candidate, row * (rowBytes + 1) + 1);
    }
    [above, line] = [line, above];
  }
  return deflateZlib(filtered);
}

function bigEndianRow(samples: Uint8Array | Uint16Array, line: Uint8Array): void {
  if (samples instanceof Uint8Array) {
    line.set(samples);
    return;
  }
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index]!;
    line[index * 2] = sample >> 8;
    line[index * 2 + 1] = sample;
  }
}

function sumOfMagnitudes(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    sum += byte < 128 ? byte : 256 - byte;
  }
  return sum;
}
