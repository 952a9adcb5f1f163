import { HOST_IS_LITTLE_ENDIAN } from './byte-order.ts';
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
export function decodeRle(
  bytes: Uint8Array,
  { samples, bytesPerSample }: RleFrame,
): Uint8Array | Uint16Array {
  const planes = segments(bytes, bytesPerSample);
  // Two bytes unpack to 128 at most: a shorter segment is refused before memory is taken for it.
  for (const { length } of planes) if (length * 64 < samples) throw truncated(length * 64, samples);
  const unpacked = new Uint8Array(samples * bytesPerSample);
  for (const [index, packed] of planes.entries()) {
    const first = HOST_IS_LITTLE_ENDIAN ? bytesPerSample - 1 - index : index;
    unpackBits(packed, { unpacked, first, step: bytesPerSample });
  }
  return bytesPerSample === 1 ? unpacked : new Uint16Array(unpacked.buffer);
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

/** Where the bytes of a segment go: every `step`th one from `first` on. */
interface Plane {
  readonly unpacked: Uint8Array;
  readonly first: number;
  readonly step: number;
}

/** A byte n < 128 is followed by n + 1 bytes to copy, n > 128 by one byte to repeat 257 − n times; 128 says nothing. */
function unpackBits(packed: Uint8Array, { unpacked, first, step }: Plane): void {
  const { length } = unpacked;
  let read = 0;
  let written = first;
  while (written < length) {
    if (read + 1 >= packed.length) throw truncated(Math.floor(written / step), length / step);
    const control = packed[read++]!;
    if (control === 128) continue;
    const repeated = control > 128;
    const count = repeated ? 257 - control : control + 1;
    const end = Math.min(written + count * step, length);
    const taken = repeated ? 1 : Math.ceil((end - written) / step);
    if (read + taken > packed.length) throw truncated(Math.floor(written / step), length / step);
    if (repeated) repeatByte(packed[read]!, unpacked, written, end, step);
    else copyLiterals(packed, read, unpacked, written, end, step);
    read += taken;
    written += count * step;
  }
}

function repeatByte(
  byte: number,
  target: Uint8Array,
  start: number,
  end: number,
  step: number,
): void {
  for (let at = start; at < end; at += step) target[at] = byte;
}

function copyLiterals(
  source: Uint8Array,
  first: number,
  target: Uint8Array,
  start: number,
  end: number,
  step: number,
): void {
  let from = first;
  for (let at = start; at < end; at += step) target[at] = source[from++]!;
}

function truncated(got: number, length: number): ImageFileError {
  return invalid(`an RLE segment ends after at most ${got} of ${length} samples`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
