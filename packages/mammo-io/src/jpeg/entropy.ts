import { ImageFileError } from '../image-file-error.ts';

/**
 * Entropy-coded bits between two restart markers, without stuffing, and how far they have been read.
 *
 * Bits are looked at through windows: `windows[i]` holds the 32 bits that start at bit 16·i, so that one access gives the next
 * 17 bits at any position: `windows[position >> 4] << (position & 15)` has them at its top.
 */
export interface EntropySegment {
  readonly windows: Int32Array;
  /** Bits in the segment. Beyond them windows read as zeros. */
  readonly bits: number;
  /** Next bit to read. */
  position: number;
}

/** The segments of a scan and what ends it. */
export interface EntropyScan {
  readonly segments: readonly EntropySegment[];
  /** Offset of the marker behind the scan, or of the end of the stream. */
  readonly end: number;
}

/**
 * Splits a scan at its restart markers and removes the stuffed zero bytes.
 *
 * @throws ImageFileError if the restart markers do not count 0, 1, … 7, 0, …
 * @see ITU-T T.81, B.1.1.5 and F.1.2.3
 */
export function readEntropyScan(scan: Uint8Array): EntropyScan {
  const plain = new Uint8Array(scan.length + 1);
  const segments: EntropySegment[] = [];
  let segmentStart = 0;
  let length = 0;
  let position = 0;
  for (;;) {
    const found = scan.indexOf(0xff, position);
    const stop = found < 0 ? scan.length : found;
    plain.set(scan.subarray(position, stop), length);
    length += stop - position;
    const marker = scan[stop + 1];
    if (marker === 0) {
      plain[length++] = 0xff;
      position = stop + 2;
    } else if (marker === 0xff) {
      position = stop + 1;
    } else {
      segments.push(entropySegment(plain.subarray(segmentStart, length)));
      if (marker === undefined || marker >> 3 !== 0xd0 >> 3) return { segments, end: stop };
      requireOrder(marker & 7, segments.length - 1);
      segmentStart = length;
      position = stop + 2;
    }
  }
}

/** Whether more bits have been used than the segment holds. */
export function isExhausted({ position, bits }: EntropySegment): boolean {
  return position > bits;
}

/** Bits of all segments. */
export function totalBits(segments: readonly EntropySegment[]): number {
  return segments.reduce((sum, { bits }) => sum + bits, 0);
}

function requireOrder(marker: number, restarts: number): void {
  if (marker === restarts % 8) return;
  throw new ImageFileError('invalid', 'the JPEG restart markers are out of order');
}

function entropySegment(bytes: Uint8Array): EntropySegment {
  const words = (bytes.length + 1) >> 1;
  const windows = new Int32Array(words + 1);
  let next = 0;
  for (let word = words - 1; word >= 0; word--) {
    const current = (bytes[word * 2]! << 8) | (bytes[word * 2 + 1] ?? 0);
    windows[word] = (current << 16) | next;
    next = current;
  }
  return { windows, bits: bytes.length * 8, position: 0 };
}
