import { unionOfBits } from './union-of-bits.ts';
import type { DecodedSamples } from './wasm-decoder.ts';

/**
 * Brings samples that lossy compression carried beyond what their bits can say back to the nearest value that they can, where
 * they lie.
 *
 * @see ITU-T T.800 (2019), annex G.1
 */
export function limitSamples(
  { samples, precision }: DecodedSamples,
  { signed }: { readonly signed: boolean },
): void {
  if (precision === samples.BYTES_PER_ELEMENT * 8) return;
  const highest = 2 ** (signed ? precision - 1 : precision) - 1;
  const lowest = signed ? -highest - 1 : 0;
  if (!signed && unionOfBits(samples) <= highest) return;
  const { buffer, byteOffset, length } = samples;
  const values = signed ? new Int16Array(buffer, byteOffset, length) : samples;
  for (let index = 0; index < length; index++) {
    const value = values[index]!;
    if (value > highest) values[index] = highest;
    else if (value < lowest) values[index] = lowest;
  }
}
