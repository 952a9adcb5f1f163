import { ImageFileError } from './image-file-error.ts';
import { decodeDctScan } from './jpeg/dct.ts';
import { readEntropyScan, totalBits } from './jpeg/entropy.ts';
import { type JpegHeader, type JpegProcess, readJpegHeader } from './jpeg/header.ts';
import { decodeLosslessScan } from './jpeg/lossless.ts';

/** Grey samples of a JPEG stream. */
export interface JpegImage {
  readonly samples: Uint8Array | Uint16Array;
  readonly process: JpegProcess;
  /** Bits of a sample. */
  readonly precision: number;
}

/**
 * Decodes a grey JPEG stream: sequential by the cosine transform (baseline, and extended with 8 or 12 bits), or lossless
 * (process 14), with Huffman codes.
 *
 * @param size the height and width that the image must have
 * @throws ImageFileError if the stream is damaged, truncated, of another size, colour, progressive or arithmetic
 * @see ITU-T T.81 (1992)
 */
export function decodeJpeg(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number },
): JpegImage {
  const header = readJpegHeader(bytes);
  const { scanStart, process, precision } = header;
  const { segments, end } = readEntropyScan(bytes.subarray(scanStart));
  const height = header.height || heightAfterScan(bytes.subarray(scanStart + end));
  if (height !== size.height || header.width !== size.width) {
    throw invalid(
      `the JPEG image must have ${size.height}x${size.width} pixels, got ${height}x${header.width}`,
    );
  }
  const whole = { ...header, height };
  requireEnoughBits(totalBits(segments), whole);
  const decode = process === 'dct' ? decodeDctScan : decodeLosslessScan;
  return { samples: decode(whole, segments), process, precision };
}

/** The number of lines that a DNL segment states (B.2.5); 0 where none follows. */
function heightAfterScan(bytes: Uint8Array): number {
  const isDnl = bytes.length >= 6 && bytes[0] === 0xff && bytes[1] === 0xdc;
  return isDnl ? (bytes[4]! << 8) | bytes[5]! : 0;
}

/** Every sample, or block of 64, takes one bit at least: too short a stream is refused before memory is taken for its image. */
function requireEnoughBits(bits: number, { process, height, width }: JpegHeader): void {
  const [units, unit] =
    process === 'dct'
      ? [Math.ceil(height / 8) * Math.ceil(width / 8), 'blocks']
      : [height * width, 'samples'];
  if (bits < units) throw invalid(`the JPEG scan has ${bits} bits for ${units} ${unit}`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
