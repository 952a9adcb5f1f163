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

/** What is decoded besides the bytes of a frame. */
export interface FrameContext {
  readonly file: DicomFile;
  readonly format: PixelFormat;
  /** Uncompressed values are copied out of memory that someone else may change. */
  readonly copy: boolean;
}

/**
 * Decodes the bytes of a frame by the codec of its transfer syntax.
 *
 * @throws ImageFileError if the bytes are damaged, truncated, or of a kind that is not supported
 */
export async function decodeFrame(bytes: Uint8Array, context: FrameContext): Promise<DecodedFrame> {
  const { format } = context;
  const raw = await rawSamples(bytes, context);
  const storedValues = storedValuesOf(raw, format);
  const beyond =
    raw.lossy && raw.precision > format.bitsStored
      ? countBeyondStoredBits(storedValues, format)
      : 0;
  const warnings = [...(raw.warnings ?? [])];
  if (beyond > 0) {
    warnings.push(
      `lossy compression carried ${beyond} values beyond the ${format.bitsStored} stored bits`,
    );
  }
  return { storedValues, warnings };
}

async function rawSamples(
  bytes: Uint8Array,
  { file: { dataSet, syntax, source }, format, copy }: FrameContext,
): Promise<RawSamples> {
  const { rows, columns, bitsAllocated } = format;
  const size = { height: rows, width: columns };
  switch (syntax.codec) {
    case 'native':
      return nativeSamples(bytes, {
        bitsAllocated,
        littleEndian: dataSet.encoding.littleEndian,
        copy: copy && source.shared,
      });
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
