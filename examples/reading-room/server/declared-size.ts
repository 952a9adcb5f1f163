import { openDicom } from '@mammo/mammo-io';

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const PGM_SIZE = /^P[25](?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)/;

/**
 * The size that a file says its image has, before anything is allocated for its pixels.
 *
 * @throws Error if it is no DICOM, PNG or PGM file
 */
export async function declaredSize(
  bytes: Buffer,
): Promise<{ readonly height: number; readonly width: number }> {
  if (bytes.length >= 24 && bytes.subarray(0, 8).equals(PNG)) {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  const pgm = PGM_SIZE.exec(bytes.toString('latin1', 0, 4096));
  if (pgm) return { width: Number(pgm[1]), height: Number(pgm[2]) };
  try {
    const { rows, columns } = (await openDicom(bytes)).header;
    return { height: rows, width: columns };
  } catch (error) {
    throw new Error(`must be a DICOM, PNG or PGM file; ${(error as Error).message}`, {
      cause: error,
    });
  }
}
