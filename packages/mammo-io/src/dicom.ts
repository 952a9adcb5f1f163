import { requirePixelLimit } from './dicom/pixel-format.ts';
import type { ValueTransformFacts } from './dicom/value-transforms.ts';
import {
  type DicomFrame,
  type DicomHeader,
  type DicomReader,
  type OpenDicomOptions,
  readerNamed,
} from './dicom-reader.ts';
import { namedAfter, plainBytes } from './image-file-error.ts';

/** A grey DICOM image: its pixels as stored, and what the header says of the mammogram. */
export interface DicomImage extends DicomHeader, ValueTransformFacts {
  /**
   * The stored values of `frames` frames, one after the other, row-major: no rescale, window or inversion is applied. 8-bit
   * unsigned pixels are a Uint8Array, others a Uint16Array; signed pixels are an Int16Array. Uncompressed ones may be a view of the
   * file's bytes (option `copy`).
   */
  readonly storedValues: Uint8Array | Uint16Array | Int16Array;
  /** Frames in `storedValues`. */
  readonly frames: number;
  /** Frames in the file. */
  readonly framesInFile: number;
  /** Defects and contradictions that were found on the way; empty for a sound file. */
  readonly warnings: readonly string[];
}

/** Options of {@link readDicom}. */
export interface ReadDicomOptions extends OpenDicomOptions {
  /** Decode this frame alone, counted from 0. Default: all frames. */
  readonly frame?: number;
}

/**
 * Reads a grey DICOM file, bit-exact.
 *
 * Transfer syntaxes: implicit and explicit little endian, explicit big endian, deflated, RLE, JPEG Baseline and Extended
 * (50, 51), JPEG Lossless (57, 70), JPEG-LS (80, 81), JPEG 2000 (90, 91), High-Throughput JPEG 2000 (201, 202, 203). Files
 * without preamble or meta information are read too; what follows the pixel data is not looked at.
 *
 * @param bytes the whole file; see `openDicom` for files that are better read frame by frame
 * @throws TypeError if `bytes` is not a Uint8Array
 * @throws RangeError if there is no such frame
 * @throws ImageFileError if the file is damaged or truncated, in colour, of another transfer syntax (which the message names),
 *   or of 2^28 pixels or more
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const subject = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const ramp = { pixels: Uint16Array.of(0, 1, 2, 3), height: 2, width: 2 };
 * const { rows, storedValues } = await readDicom(await writeSyntheticDicom(ramp, { mark, subject }));
 * [rows, ...storedValues]; // => [2, 0, 1, 2, 3]
 * ```
 * @see DICOM PS3.5 and PS3.10
 */
export async function readDicom(
  bytes: Uint8Array,
  { frame, copy = false }: ReadDicomOptions = {},
): Promise<DicomImage> {
  const reader = await readerNamed('readDicom', plainBytes('readDicom', bytes), { copy });
  const { header } = reader;
  const read = frame === undefined ? await readAll(reader) : await reader.readFrame(frame);
  const { index: _, warnings, ...values } = read;
  return {
    ...header,
    ...values,
    frames: frame === undefined ? header.frames : 1,
    framesInFile: header.frames,
    warnings: [...header.warnings, ...warnings],
  };
}

/** All frames one after the other, with the transforms of the first. */
async function readAll({ header, readFrame }: DicomReader): Promise<DicomFrame> {
  requireTotal(header);
  const first = await readFrame(0);
  if (header.frames === 1) return first;
  const { length } = first.storedValues;
  const storedValues = arrayLike(first.storedValues, length * header.frames);
  storedValues.set(first.storedValues);
  const warnings = new Set(first.warnings);
  for (let index = 1; index < header.frames; index++) {
    const frame = await readFrame(index);
    storedValues.set(frame.storedValues, index * length);
    for (const warning of frame.warnings) warnings.add(warning);
  }
  return { ...first, storedValues, warnings: [...warnings] };
}

function arrayLike(values: DicomImage['storedValues'], length: number): DicomImage['storedValues'] {
  if (values instanceof Int16Array) return new Int16Array(length);
  return values instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
}

function requireTotal(header: DicomHeader): void {
  try {
    requirePixelLimit(header, header.frames);
  } catch (error) {
    throw namedAfter('readDicom', error);
  }
}
