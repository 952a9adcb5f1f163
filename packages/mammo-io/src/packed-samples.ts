/** A row of samples that are packed without gaps, the first in the most significant bits. */
export interface PackedRow {
  /** First byte of the row. */
  readonly start: number;
  readonly count: number;
  /** Bits of a sample, 1 to 16. */
  readonly bits: number;
}

/** Unpacks a row into `target`, from `offset` on. */
export function unpackSamples(
  bytes: Uint8Array,
  { start, count, bits }: PackedRow,
  { target, offset }: { readonly target: Uint8Array | Uint16Array; readonly offset: number },
): void {
  let buffer = 0;
  let held = 0;
  let position = start;
  const mask = 2 ** bits - 1;
  for (let index = 0; index < count; index++) {
    while (held < bits) {
      buffer = ((buffer << 8) | bytes[position++]!) & 0xffffff;
      held += 8;
    }
    held -= bits;
    target[offset + index] = (buffer >> held) & mask;
  }
}
