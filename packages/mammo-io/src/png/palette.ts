import { ImageFileError } from '../image-file-error.ts';
import type { PngChunk } from './chunks.ts';

/** Pixels with their colours in place of palette indices. */
export interface ExpandedPixels {
  readonly pixels: Uint8Array;
  readonly channels: 3 | 4;
}

/**
 * Replaces palette indices by their colours: RGB, or RGBA where the file has a tRNS chunk.
 *
 * @throws ImageFileError if the palette is missing, damaged, or shorter than an index
 * @see ISO/IEC 15948 sections 11.2.3 and 11.3.2.1
 */
export function expandPalette(indices: Uint8Array, chunks: readonly PngChunk[]): ExpandedPixels {
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data;
  const alpha = chunks.find(({ type }) => type === 'tRNS')?.data;
  const colours = (palette?.length ?? 0) / 3;
  if (palette === undefined || !Number.isInteger(colours) || colours < 1 || colours > 256) {
    throw new ImageFileError('invalid', 'its palette is missing or damaged');
  }
  const channels = alpha === undefined ? 3 : 4;
  const pixels = new Uint8Array(indices.length * channels);
  for (let index = 0; index < indices.length; index++) {
    const colour = indices[index]!;
    if (colour >= colours) {
      throw new ImageFileError(
        'invalid',
        `a pixel has colour ${colour} of a palette of ${colours}`,
      );
    }
    const at = index * channels;
    for (let channel = 0; channel < 3; channel++) {
      pixels[at + channel] = palette[colour * 3 + channel]!;
    }
    if (alpha !== undefined) pixels[at + 3] = alpha[colour] ?? 255;
  }
  return { pixels, channels };
}
