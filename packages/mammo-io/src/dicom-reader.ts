import { blobSource, bytesSource } from './dicom/byte-source.ts';
import { decodeFrame } from './dicom/decode-frame.ts';
import { type MammogramFacts, readMammogramFacts } from './dicom/facts.ts';
import { type DicomFile, openDicomFile } from './dicom/file.ts';
import { type FrameRanges, locateFrames, readFrameBytes } from './dicom/frames.ts';
import { type OrientationFacts, readOrientation } from './dicom/orientation.ts';
import { type PixelFormat, readPixelFormat, requirePixelLimit } from './dicom/pixel-format.ts';
import { readValueTransforms, type ValueTransformFacts } from './dicom/value-transforms.ts';
import { textValue } from './dicom/values.ts';
import { namedAfter, plainBytes } from './image-file-error.ts';

/** What a DICOM file says of its image before a pixel is decoded. */
export interface DicomHeader extends MammogramFacts, OrientationFacts {
  /** Rows (0028,0010) of a frame. */
  readonly rows: number;
  /** Columns (0028,0011) of a frame. */
  readonly columns: number;
  /** Frames in the file. */
  readonly frames: number;
  /** Bits that a stored value may use, 1 to 16. */
  readonly bitsStored: number;
  /** Whether stored values are two's complement. */
  readonly signed: boolean;
  /** `MONOCHROME2` (0 is black), `MONOCHROME1` (0 is white) or, of indices, `PALETTE COLOR`. */
  readonly photometricInterpretation: string;
  /** TransferSyntaxUID (0002,0010), or the one guessed where it is missing, with a warning. */
  readonly transferSyntaxUid: string;
  /** E.g. `MG`. */
  readonly modality?: string;
  /** Defects and contradictions of the header; empty for a sound file. */
  readonly warnings: readonly string[];
}

/** One frame of a DICOM file, and the meaning of its values. */
export interface DicomFrame extends ValueTransformFacts {
  /** Counted from 0. */
  readonly index: number;
  /** rows · columns values, row-major, as those of {@link DicomImage}. */
  readonly storedValues: Uint8Array | Uint16Array | Int16Array;
  /** What is wrong with this frame; empty for a sound one. */
  readonly warnings: readonly string[];
}

/** Options of {@link openDicom}. */
export interface OpenDicomOptions {
  /**
   * Whether stored values are always in memory of their own, to be changed at will. Default: false: uncompressed ones are a view of
   * the bytes wherever those hold them as they are (aligned, little endian, no bits to take off), as with NumPy's `frombuffer`:
   * whoever changes either changes both.
   */
  readonly copy?: boolean;
}

/** A DICOM file that is open for reading. */
export interface DicomReader {
  /** What the file says of its image; its facts are read when they are first asked for. */
  readonly header: DicomHeader;
  /**
   * Reads and decodes a frame, alone.
   *
   * @param index counted from 0
   * @throws RangeError if there is no such frame
   * @throws ImageFileError if the pixel data is damaged or truncated
   */
  readFrame(index: number): Promise<DicomFrame>;
  /** All frames in turn; each is read when it is asked for, and none is kept. */
  frames(): AsyncGenerator<DicomFrame, void, undefined>;
}

/**
 * Opens a grey DICOM file and reads its header. Of a Blob only the pieces that are needed are read: the header, and then the bytes
 * of each frame that is asked for, so that a tomosynthesis of any size takes the memory of one frame. (A deflated file is inflated
 * whole when its pixels are read.) In Node `fs.openAsBlob(path)` makes a Blob of a file; in a browser a File is one.
 *
 * @throws TypeError if `source` is neither a Uint8Array nor a Blob
 * @throws ImageFileError if the header is damaged or truncated, the image is in colour, of a transfer syntax that is not supported
 *   (which the message names), or of 2^28 pixels a frame or more
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const subject = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const ramp = { pixels: Uint16Array.of(0, 1, 2, 3), height: 2, width: 2 };
 * const { header, readFrame } = await openDicom(await writeSyntheticDicom(ramp, { mark, subject }));
 * [header.frames, (await readFrame(0)).storedValues[3]]; // => [1, 3]
 * ```
 * @see {@link readDicom} for the transfer syntaxes
 */
export async function openDicom(
  source: Uint8Array | Blob,
  options: OpenDicomOptions = {},
): Promise<DicomReader> {
  if (!(source instanceof Blob || source instanceof Uint8Array)) {
    throw new TypeError(`openDicom: source must be a Uint8Array or a Blob, got ${typeof source}`);
  }
  return readerNamed('openDicom', source, options);
}

/** A reader whose errors carry the name of the function that the caller called. */
export async function readerNamed(
  name: string,
  source: Uint8Array | Blob,
  { copy = false }: OpenDicomOptions,
): Promise<DicomReader> {
  const bytes = source instanceof Blob ? blobSource(source) : bytesSource(plainBytes(name, source));
  const named = <Result>(promise: Promise<Result>): Promise<Result> =>
    promise.catch((error: unknown) => {
      throw namedAfter(name, error);
    });
  const file = await named(openDicomFile(bytes));
  const format = readFormat(name, file);
  let header: DicomHeader | undefined;
  let located: Promise<FrameRanges> | undefined;
  const readFrame = async (index: number): Promise<DicomFrame> => {
    requireFrame(name, index, format);
    located ??= locateFrames(file, format);
    const ranges = (await named(located))[index]!;
    const encoded = await readFrameBytes(file, ranges, format);
    const warnings: string[] = [];
    const context = { signed: format.signed, frame: index };
    const transforms = readValueTransforms(file.dataSet, context, warnings);
    const decoded = await named(decodeFrame(encoded, { file, format, copy }));
    return { index, ...decoded, ...transforms, warnings: [...warnings, ...decoded.warnings] };
  };
  return {
    get header() {
      header ??= headerOf(file, format);
      return header;
    },
    readFrame,
    async *frames() {
      for (let index = 0; index < format.frames; index++) yield await readFrame(index);
    },
  };
}

function readFormat(name: string, { dataSet }: DicomFile): PixelFormat {
  try {
    const format = readPixelFormat(dataSet);
    requirePixelLimit(format, 1);
    return format;
  } catch (error) {
    throw namedAfter(name, error);
  }
}

function requireFrame(name: string, index: number, { frames }: PixelFormat): void {
  if (Number.isInteger(index) && index >= 0 && index < frames) return;
  throw new RangeError(`${name}: frame must be an integer in 0..${frames - 1}, got ${index}`);
}

function headerOf({ dataSet, syntax, ...file }: DicomFile, format: PixelFormat): DicomHeader {
  const warnings = [...file.warnings];
  const facts = {
    ...readMammogramFacts(dataSet, warnings),
    ...readOrientation(dataSet, warnings),
  };
  const modality = textValue(dataSet, 0x00080060);
  const { rows, columns, frames, bitsStored, signed, photometricInterpretation } = format;
  return {
    rows,
    columns,
    frames,
    bitsStored,
    signed,
    photometricInterpretation,
    transferSyntaxUid: syntax.uid,
    ...(modality !== undefined && { modality }),
    ...facts,
    warnings,
  };
}
