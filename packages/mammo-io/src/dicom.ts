import { type MammogramFacts, readMammogramFacts } from './dicom/facts.ts';
import { type DicomFile, openDicomFile } from './dicom/file.ts';
import { frameBytes } from './dicom/frames.ts';
import { type PixelFormat, readPixelFormat, requirePixelLimit } from './dicom/pixel-format.ts';
import {
  allocateStoredValues,
  countBeyondStoredBits,
  nativeSamples,
  type RawSamples,
  storedValuesOf,
} from './dicom/stored-values.ts';
import { readValueTransforms, type ValueTransformFacts } from './dicom/value-transforms.ts';
import { textValue } from './dicom/values.ts';
import { namedAfter, plainBytes } from './image-file-error.ts';
import { decodeJpeg } from './jpeg.ts';
import { decodeJpegLs } from './jpeg-ls.ts';
import { decodeJpeg2000 } from './jpeg2000.ts';
import { decodeRle } from './rle.ts';

/** A grey DICOM image: its pixels as stored, and what the header says of the mammogram. */
export interface DicomImage extends MammogramFacts, ValueTransformFacts {
  /**
   * The stored values of `frames` frames, one after the other, row-major: no rescale, window or inversion is applied. 8-bit
   * unsigned pixels are a Uint8Array, others a Uint16Array; signed pixels are an Int16Array.
   */
  readonly storedValues: Uint8Array | Uint16Array | Int16Array;
  readonly rows: number;
  readonly columns: number;
  /** Frames in `storedValues`. */
  readonly frames: number;
  /** Frames in the file. */
  readonly framesInFile: number;
  /** Bits that a stored value may use, 1 to 16. */
  readonly bitsStored: number;
  /** Whether stored values are two's complement. */
  readonly signed: boolean;
  /** `MONOCHROME2` (0 is black), `MONOCHROME1` (0 is white) or, of indices, `PALETTE COLOR`. */
  readonly photometricInterpretation: string;
  readonly transferSyntaxUid: string;
  /** E.g. `MG`. */
  readonly modality?: string;
  /** Defects and contradictions that were found on the way; empty for a sound file. */
  readonly warnings: readonly string[];
}

/** Options of {@link readDicom}. */
export interface ReadDicomOptions {
  /** Decode this frame alone, counted from 0. Default: all frames. */
  readonly frame?: number;
}

/**
 * Reads a grey DICOM file, bit-exact.
 *
 * Transfer syntaxes: implicit and explicit little endian, explicit big endian, deflated, RLE, JPEG Baseline and Extended
 * (50, 51), JPEG Lossless (57, 70), JPEG-LS (80, 81), JPEG 2000 (90, 91), High-Throughput JPEG 2000 (201, 202, 203). Files without preamble or meta information are read too.
 *
 * @param bytes the whole file
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws RangeError if there is no such frame
 * @throws ImageFileError if the file is damaged or truncated, in colour, of another transfer syntax (which the message names),
 *   or of 2^28 pixels or more
 * @see DICOM PS3.5 and PS3.10
 */
export async function readDicom(
  bytes: Uint8Array,
  options: ReadDicomOptions = {},
): Promise<DicomImage> {
  const plain = plainBytes('readDicom', bytes);
  try {
    const file = await openDicomFile(plain);
    return await readImage(file, options);
  } catch (error) {
    throw namedAfter('readDicom', error);
  }
}

async function readImage(file: DicomFile, options: ReadDicomOptions): Promise<DicomImage> {
  const { dataSet, syntax } = file;
  const format = readPixelFormat(dataSet);
  requirePixelLimit(format, options.frame === undefined ? format.frames : 1);
  const wanted = wantedFrames(format, options.frame);
  const encoded = frameBytes(file, format);
  const warnings = [...file.warnings];
  const storedValues = allocateStoredValues(format, wanted.length);
  for (const [place, frame] of wanted.entries()) {
    const raw = await decodeFrame(encoded[frame]!, file, format);
    const values = storedValuesOf(raw, format);
    if (raw.lossy) warnBeyond(countBeyondStoredBits(values, format), format, warnings);
    storedValues.set(values, place * values.length);
  }
  const facts = readMammogramFacts(dataSet, warnings);
  const { signed } = format;
  const transforms = readValueTransforms(dataSet, { signed, frame: wanted[0] ?? 0 }, warnings);
  const modality = textValue(dataSet, 0x00080060);
  return {
    storedValues,
    rows: format.rows,
    columns: format.columns,
    frames: wanted.length,
    framesInFile: format.frames,
    bitsStored: format.bitsStored,
    signed: format.signed,
    photometricInterpretation: format.photometricInterpretation,
    transferSyntaxUid: syntax.uid,
    ...(modality !== undefined && { modality }),
    ...facts,
    ...transforms,
    warnings,
  };
}

function wantedFrames({ frames }: PixelFormat, frame: number | undefined): readonly number[] {
  if (frame === undefined) return Array.from({ length: frames }, (_, index) => index);
  if (Number.isInteger(frame) && frame >= 0 && frame < frames) return [frame];
  throw new RangeError(`readDicom: frame must be an integer in 0..${frames - 1}, got ${frame}`);
}

function warnBeyond(count: number, { bitsStored }: PixelFormat, warnings: string[]): void {
  if (count === 0) return;
  warnings.push(`lossy compression carried ${count} values beyond the ${bitsStored} stored bits`);
}

async function decodeFrame(
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
