/** Tags of the fields that {@link encodeTiff} writes by itself. */
export const TIFF_TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
} as const;

const DATA_START = 256;

/**
 * A little-endian TIFF file of one 8-bit strip, 3 wide and 2 high, with `fields` (of 32 bits) changed, added, or left out where
 * undefined.
 *
 * @param next the directory that follows
 */
export function encodeTiff(
  fields: Readonly<Record<number, readonly number[] | undefined>>,
  data: Uint8Array,
  next = 0,
): Uint8Array {
  const own: Record<number, readonly number[] | undefined> = {
    [TIFF_TAG.width]: [3],
    [TIFF_TAG.height]: [2],
    [TIFF_TAG.bits]: [8],
    [TIFF_TAG.compression]: [1],
    [TIFF_TAG.photometric]: [1],
    [TIFF_TAG.stripOffsets]: [DATA_START],
    [TIFF_TAG.samples]: [1],
    [TIFF_TAG.rowsPerStrip]: [2],
    [TIFF_TAG.stripBytes]: [data.length],
    ...fields,
  };
  const entries = Object.entries(own).filter(([, values]) => values !== undefined);
  const directory = new DataView(new ArrayBuffer(6 + entries.length * 12));
  directory.setUint16(0, entries.length, true);
  for (const [index, [tag, values]] of entries.entries()) {
    const at = 2 + index * 12;
    directory.setUint16(at, Number(tag), true);
    directory.setUint16(at + 2, 4, true);
    directory.setUint32(at + 4, 1, true);
    directory.setUint32(at + 8, values![0]!, true);
  }
  directory.setUint32(2 + entries.length * 12, next, true);
  const header = Uint8Array.of(0x49, 0x49, 42, 0, 8, 0, 0, 0);
  const gap = new Uint8Array(DATA_START - 8 - directory.byteLength);
  return Buffer.concat([header, new Uint8Array(directory.buffer), gap, data]);
}
