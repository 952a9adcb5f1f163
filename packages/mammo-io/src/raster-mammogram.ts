import { ImageFileError } from './image-file-error.ts';
import type { PgmImage } from './pgm.ts';
import { type PngImage, SYNTHETIC_MARK } from './png.ts';
import type { StoredMammogram } from './stored-mammogram.ts';
import type { TiffImage } from './tiff.ts';

/** The grey pixels of a PNG file. */
export function pngMammogram(image: PngImage): StoredMammogram {
  const { pixels, height, width, channels, bitDepth, text, transparent } = image;
  const synthetic = Object.keys(SYNTHETIC_MARK).some((keyword) => keyword in text);
  const warnings = synthetic ? [SYNTHETIC_WARNING] : [];
  if (transparent) warnings.push(`the file makes level ${transparent} transparent: left as it is`);
  return {
    values: greyChannel('PNG', { pixels, channels }),
    height,
    width,
    bitsStored: bitDepth,
    format: 'png',
    synthetic,
    warnings,
  };
}

/** The pixels of a PGM file. */
export function pgmMammogram(image: PgmImage): StoredMammogram {
  const { pixels: values, height, width, maxValue } = image;
  const bitsStored = Math.ceil(Math.log2(maxValue + 1));
  return { values, height, width, bitsStored, format: 'pgm', synthetic: false, warnings: [] };
}

/** The grey pixels of a page of a TIFF file, the `page` that was asked for; floats in 0..1 become 16-bit levels. */
export function tiffMammogram(image: TiffImage, page: number | undefined): StoredMammogram {
  const { height, width, channels, whiteIsZero, pages, bitsPerSample, sampleFormat } = image;
  if (page === undefined && pages > 1) {
    throw unsupported(`the file has ${pages} pages: the option frame must name one`);
  }
  const synthetic = image.description?.includes(SYNTHETIC_MARK.Synthetic) ?? false;
  return {
    values: greyChannel('TIFF', { pixels: tiffLevels(image), channels }),
    height,
    width,
    bitsStored: sampleFormat === 'float' ? 16 : bitsPerSample,
    format: 'tiff',
    ...(whiteIsZero && { invertedBy: 'PhotometricInterpretation (262)' }),
    synthetic,
    warnings: synthetic ? [...image.warnings, SYNTHETIC_WARNING] : image.warnings,
  };
}

const SYNTHETIC_WARNING = 'the file is marked as made by a program';

function tiffLevels({ pixels, bitsPerSample, sampleFormat }: TiffImage): Uint8Array | Uint16Array {
  if (pixels instanceof Uint8Array || pixels instanceof Uint16Array) return pixels;
  if (sampleFormat !== 'float') {
    throw unsupported(
      `TIFF samples must be unsigned of up to 16 bits, or floats, got ${bitsPerSample}-bit ${sampleFormat}`,
    );
  }
  const levels = new Uint16Array(pixels.length);
  for (let index = 0; index < pixels.length; index++) {
    const value = pixels[index]!;
    if (!(value >= 0 && value <= 1)) {
      throw unsupported(`TIFF floats must lie in 0..1, got ${value}`);
    }
    levels[index] = Math.round(value * 65535);
  }
  return levels;
}

interface Channels {
  readonly pixels: Uint8Array | Uint16Array;
  readonly channels: number;
}

/** The first channel of pixels whose colour channels are equal and whose alpha, if any, is opaque. */
function greyChannel(format: string, { pixels, channels }: Channels): Uint8Array | Uint16Array {
  if (channels === 1) return pixels;
  const opaque = pixels instanceof Uint16Array ? 65535 : 255;
  const colours = channels > 2 ? 3 : 1;
  const grey = pixels.slice(0, pixels.length / channels);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const at = pixel * channels;
    const value = pixels[at]!;
    if (channels > colours && pixels[at + colours] !== opaque) {
      throw unsupported(`the ${format} must be opaque`);
    }
    if (colours === 3 && (pixels[at + 1] !== value || pixels[at + 2] !== value)) {
      throw unsupported(`the ${format} must be grey`);
    }
    grey[pixel] = value;
  }
  return grey;
}

function unsupported(message: string): ImageFileError {
  return new ImageFileError('unsupported', message);
}
