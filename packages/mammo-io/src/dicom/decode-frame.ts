import { decodeJpeg } from '../jpeg.ts';
import { decodeJpegLs } from '../jpeg-ls.ts';
import { decodeJpeg2000 } from '../jpeg2000.ts';
import { decodeRle } from '../rle.ts';
import type { DicomFile } from './file.ts';
import type { PixelFormat } from './pixel-format.ts';
import {
  countBeyondStoredBits,
  nativeSamples,
  type RawSamples,
  type StoredValues,
  storedValuesOf,
} from './stored-values.ts';

/** The pixels of a frame, and what is wrong with them. */
export interface DecodedFrame {
  readonly storedValues: StoredValues;
  readonly warnings: readonly string[];
}

/**
 * Decodes the bytes of a frame by the codec of its transfer syntax.
 *
 * @throws ImageFileError if the bytes are damaged, truncated, or of a kind that is not supported
 */
export async function decodeFrame(
  bytes: Uint8Array,
  file: DicomFile,
  format: PixelFormat,
): Promise<DecodedFrame> {
  const raw = await rawSamples(bytes, file, format);
  const storedValues = storedValuesOf(raw, format);
  const beyond =
    raw.lossy && raw.precision > format.bitsStored
      ? countBeyondStoredBits(storedValues, format)
      : 0;
  const warning = `lossy compression carried ${beyond} values beyond the ${format.bitsStored} stored bits`;
  return { storedValues, warnings: beyond > 0 ? [warning] : [] };
}

async function rawSamples(
  bytes: Uint8Array,
  { dataSet, syntax }: DicomFile,
  { rows, columns, bitsAllocated }: PixelFormat,
): Promise<RawSamples> {
  const size = { height: rows, width: columns };
  switch (syntax.codec) {
    case 'native':
      return nativeSamples(bytes, { bitsAllocated, littleEndian: dataSet.encoding.littleEndian });
    case 'rle': {
      const bytesPerSample = bitsAllocated === 8 ? 1 : 2;
      const samples = decodeRle(bytes, { samples: rows * columns, bytesPerSample });
      return { samples, precision: bitsAllocated };
    }
    case 'jpeg': {
      const { process, ...image } = decodeJpeg(bytes, size);
      return { ...image, lossy: process === 'dct' };
    }
    case 'jpeg-ls':
      return { ...(await decodeJpegLs(bytes, size)), lossy: syntax.lossy ?? false };
    case 'jpeg-2000':
      return { ...(await decodeJpeg2000(bytes, size)), lossy: syntax.lossy ?? false };
    default:
      return syntax.codec satisfies never;
  }
}
