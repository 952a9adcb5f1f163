import { ImageFileError, MAX_PIXELS } from '../image-file-error.ts';
import type { PngChunk } from './chunks.ts';

/** What the IHDR chunk says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample, or of a palette index. */
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  /** Pixels are indices of a palette. */
  readonly indexed: boolean;
  /** Samples of a pixel as stored: 1 of an indexed image. */
  readonly samples: 1 | 2 | 3 | 4;
  readonly interlaced: boolean;
}

/** Samples and permitted bit depths of each colour type. */
const COLOUR_TYPES: Readonly<Record<number, readonly [1 | 2 | 3 | 4, readonly number[]]>> = {
  0: [1, [1, 2, 4, 8, 16]],
  2: [3, [8, 16]],
  3: [1, [1, 2, 4, 8]],
  4: [2, [8, 16]],
  6: [4, [8, 16]],
};

/**
 * @throws ImageFileError if the first chunk is no sound header, or the image has 2^28 pixels or more
 * @see ISO/IEC 15948 section 11.2.2
 */
export function readHeader(chunk: PngChunk | undefined): PngHeader {
  if (chunk?.type !== 'IHDR' || chunk.data.length !== 13) {
    throw invalid('the file must start with a header of 13 bytes');
  }
  const view = new DataView(chunk.data.buffer, chunk.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colourType, compression, filter, interlace] = chunk.data.subarray(8);
  if (width === 0 || height === 0) throw invalid(`the image is empty, got ${height}x${width}`);
  if (width * height >= MAX_PIXELS) {
    throw new ImageFileError(
      'too-large',
      `the image must have fewer than 2^28 pixels, got ${height}x${width}`,
    );
  }
  const [samples, depths] = COLOUR_TYPES[colourType!] ?? [1, []];
  if (!depths.includes(bitDepth!)) {
    throw invalid(`no PNG has ${bitDepth} bits with colour type ${colourType}`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw invalid(
      `compression and filter must be 0 and interlace 0 or 1, got ${compression}, ${filter} and ${interlace}`,
    );
  }
  return {
    width,
    height,
    bitDepth: bitDepth as PngHeader['bitDepth'],
    indexed: colourType === 3,
    samples,
    interlaced: interlace === 1,
  };
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
