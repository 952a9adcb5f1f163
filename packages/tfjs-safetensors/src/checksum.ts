import { crc32 } from './crc32.ts';
import { malformed } from './header.ts';

/** The name of the checksum among a file's metadata. */
export const CHECKSUM = 'checksum';

/** What stands in its place while it is computed. */
export const UNSEALED = 'crc32:00000000';

const DIGITS = 8;
const BACKSLASH = 0x5c;
const BEFORE_DIGITS = new TextEncoder().encode(`"${CHECKSUM}":"crc32:`);

/** Puts the checksum of a file, whose metadata have {@link UNSEALED}, into its place. */
export function seal(file: Uint8Array): void {
  const at = findDigits(file);
  file.set(new TextEncoder().encode(hexadecimal(crc32(file))), at);
}

/**
 * Compares a file with the checksum among its metadata, if it has one of ours: the CRC-32 of all its bytes, the eight digits of the
 * checksum taken as zeros.
 *
 * @returns whether it has one
 * @throws SafetensorsError if it has another
 */
export function checkSeal(file: Uint8Array, checksum: string | undefined): boolean {
  if (checksum === undefined || !/^crc32:.{8}$/su.test(checksum)) return false;
  const at = findDigits(file);
  if (at < 0) throw malformed('checksum must be as it was written', 'the header written anew');
  const zeros = new Uint8Array(DIGITS).fill(0x30);
  const before = crc32(zeros, crc32(file.subarray(0, at)));
  const found = `crc32:${hexadecimal(crc32(file.subarray(at + DIGITS), before))}`;
  if (found !== checksum) {
    throw malformed(`checksum of the file must be ${checksum}, as its metadata say`, found);
  }
  return true;
}

/** Where the digits are in a file, or -1. Within a text, quotation marks have backslashes before them. */
function findDigits(file: Uint8Array): number {
  const [quote] = BEFORE_DIGITS as unknown as [number];
  for (let at = file.indexOf(quote); at >= 0; at = file.indexOf(quote, at + 1)) {
    const isHere = BEFORE_DIGITS.every((byte, i) => file[at + i] === byte);
    if (isHere && file[at - 1] !== BACKSLASH) return at + BEFORE_DIGITS.length;
  }
  return -1;
}

function hexadecimal(value: number): string {
  return value.toString(16).padStart(DIGITS, '0');
}
