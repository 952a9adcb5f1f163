import { ImageFileError } from '../image-file-error.ts';
import type { DicomEncoding } from './data-element.ts';

/** How the pixel data of a file is compressed, of the ways that this library decodes. */
export type PixelCodec = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000';

/** A transfer syntax that this library reads. */
export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly codec: PixelCodec;
  /** The data set behind the file meta information is a raw deflate stream. */
  readonly deflated?: boolean;
  /** Compression may have changed the values. */
  readonly lossy?: boolean;
  readonly encoding: DicomEncoding;
}

const EXPLICIT: DicomEncoding = { explicit: true, littleEndian: true };
const IMPLICIT: DicomEncoding = { explicit: false, littleEndian: true };
const BIG_ENDIAN: DicomEncoding = { explicit: true, littleEndian: false };

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const PREFIX = '1.2.840.10008.1.2';

const SYNTAXES: readonly TransferSyntax[] = [
  syntax('', 'Implicit VR Little Endian', 'native', { encoding: IMPLICIT }),
  syntax('.1', 'Explicit VR Little Endian', 'native'),
  syntax('.1.99', 'Deflated Explicit VR Little Endian', 'native', { deflated: true }),
  syntax('.2', 'Explicit VR Big Endian', 'native', { encoding: BIG_ENDIAN }),
  syntax('.5', 'RLE Lossless', 'rle'),
  syntax('.4.50', 'JPEG Baseline (process 1)', 'jpeg', { lossy: true }),
  syntax('.4.51', 'JPEG Extended (processes 2 and 4)', 'jpeg', { lossy: true }),
  syntax('.4.57', 'JPEG Lossless (process 14)', 'jpeg'),
  syntax('.4.70', 'JPEG Lossless (process 14, selection value 1)', 'jpeg'),
  syntax('.4.80', 'JPEG-LS Lossless', 'jpeg-ls'),
  syntax('.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', { lossy: true }),
  syntax('.4.90', 'JPEG 2000 (lossless only)', 'jpeg-2000'),
  syntax('.4.91', 'JPEG 2000', 'jpeg-2000', { lossy: true }),
  syntax('.4.201', 'High-Throughput JPEG 2000 (lossless only)', 'jpeg-2000'),
  syntax('.4.202', 'High-Throughput JPEG 2000 with RPCL (lossless only)', 'jpeg-2000'),
  syntax('.4.203', 'High-Throughput JPEG 2000', 'jpeg-2000', { lossy: true }),
];

const UNSUPPORTED: Readonly<Record<string, string>> = {
  '.4.53': 'JPEG Spectral Selection (processes 6 and 8)',
  '.4.55': 'JPEG Full Progression (processes 10 and 12)',
  '.4.92': 'JPEG 2000 Part 2 (lossless only)',
  '.4.93': 'JPEG 2000 Part 2',
};

/**
 * @param uid as in the file meta information (0002,0010)
 * @throws ImageFileError if this library does not read the transfer syntax; the message names it
 * @see DICOM PS3.6 annex A
 */
export function transferSyntax(uid: string): TransferSyntax {
  const known = SYNTAXES.find((candidate) => candidate.uid === uid);
  if (known !== undefined) return known;
  const name = uid.startsWith(PREFIX) ? UNSUPPORTED[uid.slice(PREFIX.length)] : undefined;
  throw new ImageFileError(
    'unsupported',
    `transfer syntax ${name ?? 'unknown'} (${uid}) is not supported`,
  );
}

function syntax(
  suffix: string,
  name: string,
  codec: PixelCodec,
  rest: Partial<TransferSyntax> = {},
): TransferSyntax {
  return { uid: PREFIX + suffix, name, codec, encoding: EXPLICIT, ...rest };
}
