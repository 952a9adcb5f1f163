import { ImageFileError } from './image-file-error.ts';

/** Number of samples of a frame and bytes of a sample. */
export interface RleFrame {
  readonly samples: number;
  readonly bytesPerSample: 1 | 2;
}

const HEADER_BYTES = 64;

/**
 * Decodes a frame of DICOM RLE: one PackBits segment for each byte of a sample, the most significant first.
 *
 * @returns `samples` values
 * @throws ImageFileError if the frame's segments are not one per byte, or end before the last sample
 * @see DICOM PS3.5 annex G
 */
export function decodeRle(bytes: Uint8Array, frame: RleFrame): Uint8Array | Uint16Array {
  const planes = segments(bytes, frame.bytesPerSample).map((segment) =>
    unpackBits(segment, frame.samples),
  );
  const [high, low] = planes;
  if (high === undefined || low === undefined) return high ?? new Uint8Array(0);
  const samples = new Uint16Array(frame.samples);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = (high[index]! << 8) | low[index]!;
  }
  return samples;
}

function segments(bytes: Uint8Array, expected: number): readonly Uint8Array[] {
  if (bytes.length < HEADER_BYTES) throw invalid('the RLE frame ends inside its header');
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const count = header.getUint32(0, true);
  if (count !== expected) {
    throw invalid(`the RLE frame must have ${expected} segments, got ${count}`);
  }
  const offsets = Array.from({ length: count }, (_, index) =>
    header.getUint32(4 + index * 4, true),
  );
  return offsets.map((offset, index) => {
    const end = offsets[index + 1] ?? bytes.length;
    if (offset >= HEADER_BYTES && offset <= end && end <= bytes.length) {
      return bytes.subarray(offset, end);
    }
    throw invalid(`RLE segment ${index + 1} of ${count} lies outside the frame`);
  });
}

/** A byte n < 128 is followed by n + 1 bytes to copy, n > 128 by one byte to repeat 257 − n times; 128 says nothing. */
function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  // Two bytes unpack to 128 at most: a shorter segment is refused before memory is taken for it.
  if (packed.length * 64 < length) throw truncated(packed.length * 64, length);
  const unpacked = new Uint8Array(length);
  let read = 0;
  let written = 0;
  while (written < length) {
    if (read + 1 >= packed.length) throw truncated(written, length);
    const control = packed[read++]!;
    if (control === 128) continue;
    if (control > 128) {
      const end = Math.min(written + 257 - control, length);
      unpacked.fill(packed[read++]!, written, end);
      written = end;
      continue;
    }
    const count = Math.min(control + 1, length - written);
    if (read + count > packed.length) throw truncated(written, length);
    for (let index = 0; index < count; index++) unpacked[written++] = packed[read++]!;
  }
  return unpacked;
}

function truncated(got: number, length: number): ImageFileError {
  return invalid(`an RLE segment ends after at most ${got} of ${length} samples`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
