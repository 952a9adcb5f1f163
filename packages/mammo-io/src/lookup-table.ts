/** A table that maps integers to integers, as a DICOM LUT sequence item holds it. */
export interface LookupTable {
  /** The input that maps to the first entry; lower ones map to it too, those beyond the end to the last. */
  readonly firstMapped: number;
  /** Bits of an entry, 1 to 16: outputs lie in 0..2^bits − 1. */
  readonly bits: number;
  /** One output for each input from `firstMapped` on. */
  readonly entries: Uint16Array;
}

/**
 * The entry of an input, which is rounded down: `entries[clamp(⌊value⌋ − firstMapped, 0, length − 1)]`.
 *
 * @example
 * ```ts
 * const table = { firstMapped: 10, bits: 8, entries: Uint16Array.of(100, 200) };
 * [9, 10, 11.9, 99].map((value) => lookUp(table, value)); // => [100, 100, 200, 200]
 * ```
 * @see DICOM PS3.3 section C.11.2.1.1
 */
export function lookUp({ entries, firstMapped }: LookupTable, value: number): number {
  const index = Math.floor(value) - firstMapped;
  return entries[Math.min(Math.max(index, 0), entries.length - 1)]!;
}
