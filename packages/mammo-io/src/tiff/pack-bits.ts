import { ImageFileError } from '../image-file-error.ts';

/**
 * Decodes PackBits: a count byte n ≥ 0 precedes n + 1 bytes, a negative one a byte that stands 1 − n times; −128 is nothing.
 *
 * @param length bytes that are needed; what follows them is not decoded
 * @throws ImageFileError if the data end early
 * @see TIFF 6.0 section 9
 */
export function decodePackBits(bytes: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let position = 0;
  let filled = 0;
  while (filled < length && position < bytes.length) {
    const count = bytes[position++]!;
    if (count < 128) {
      const literal = bytes.subarray(position, position + Math.min(count + 1, length - filled));
      output.set(literal, filled);
      filled += literal.length;
      position += count + 1;
    } else if (count > 128 && position < bytes.length) {
      const end = Math.min(filled + 257 - count, length);
      output.fill(bytes[position++]!, filled, end);
      filled = end;
    }
  }
  if (filled === length) return output;
  throw new ImageFileError(
    'invalid',
    `its PackBits data are damaged or truncated: they hold ${filled} bytes, ${length} are needed`,
  );
}
