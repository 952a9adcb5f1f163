import { differenceImage } from '../fidelity/difference-image.ts';
import {
  checkFinite,
  checkPixels,
  type PixelArray,
  type PixelGeometry,
} from '../fidelity/pixels.ts';
import { LABEL_HEIGHT, labelPixel, labelWidth } from './picture-label.ts';
import { pngDataUrl } from './png-picture.ts';

/** A real image and its fake, to be shown with their difference. */
export interface TripletImages extends PixelGeometry {
  /** Stands in the caption; scores and outcome too where the evaluation has this case. */
  readonly caseId: string;
  /** Pixels in [minimum, maximum], row by row. */
  readonly real: PixelArray;
  /** Of the same size. */
  readonly fake: PixelArray;
  /** Values that are shown black and white; default minimum and maximum. */
  readonly window?: readonly [black: number, white: number];
}

/** Options of {@link tripletPictures}. */
export interface TripletOptions {
  /** How much the difference is amplified; default 4. */
  readonly gain?: number;
  /** Longer side that larger images are averaged down to, in pixels; default 384. */
  readonly longestSide?: number;
}

/** Data URLs of PNG pictures, each with a strip that says what it is. */
export interface TripletPictures {
  /** Grey, under the window, marked REAL. */
  readonly real: string;
  /** Grey, under the same window, marked SYNTHETIC. */
  readonly fake: string;
  /** Red where the fake is brighter, blue where it is darker, marked DIFF. */
  readonly difference: string;
  /** Of each picture in pixels, its strip included. */
  readonly height: number;
  /** Of each picture in pixels; narrow images are padded so that the words fit. */
  readonly width: number;
}

const STATEMENT = 'Made by a program. Not an acquired mammogram, not for diagnosis.';

/**
 * Pictures of a real image, its fake and their difference (red where the fake is brighter, blue where
 * it is darker). The words REAL, SYNTHETIC and DIFF are part of the pixels; the files of fake and
 * difference carry the text entry "Synthetic".
 *
 * @throws RangeError if sizes, range, window or an option are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const [real, fake] = [new Float32Array(256), new Float32Array(256).fill(0.5)];
 * const pictures = tripletPictures({ caseId: 'a', real, fake, height: 16, width: 16, maximum: 1 });
 * pictures.fake.startsWith('data:image/png;base64,'); // => true
 * ```
 */
export function tripletPictures(
  images: TripletImages,
  options: TripletOptions = {},
): TripletPictures {
  const { gain = 4, longestSide = 384 } = options;
  const { real, fake, maximum, minimum = 0, window = [minimum, maximum] } = images;
  checkPixels('tripletPictures', images, real, fake);
  checkFinite('tripletPictures', real, fake);
  if (!(window[0] < window[1] && Number.isFinite(window[1] - window[0]))) {
    throw new RangeError(`tripletPictures: window must rise and be finite, got [${window}]`);
  }
  if (!(Number.isInteger(longestSide) && longestSide >= 16)) {
    throw new RangeError(
      `tripletPictures: longestSide must be a whole number from 16 on, got ${longestSide}`,
    );
  }
  const factor = Math.max(1, Math.ceil(Math.max(images.height, images.width) / longestSide));
  const small = (pixels: PixelArray): SmallImage => averaged(pixels, images, factor);
  const grey = (image: SmallImage): SmallImage => ({
    ...image,
    values: image.values.map((value) => (255 * (value - window[0])) / (window[1] - window[0])),
  });
  const difference = small(differenceImage(real, fake, { ...images, gain }));
  const { height, width } = difference;
  const mark = { Synthetic: STATEMENT };
  return {
    real: picture(grey(small(real)), 'REAL', {}),
    fake: picture(grey(small(fake)), 'SYNTHETIC', mark),
    difference: picture(difference, 'DIFF', mark, differenceColour),
    height: height + LABEL_HEIGHT,
    width: Math.max(width, labelWidth('SYNTHETIC')),
  };
}

interface SmallImage {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** Means of squares of factor × factor pixels; what is left at the right and lower edge are smaller ones. */
function averaged(
  pixels: PixelArray,
  { height, width }: PixelGeometry,
  factor: number,
): SmallImage {
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  for (let y = 0; y < height; y++) {
    const start = Math.floor(y / factor) * columns;
    for (let x = 0; x < width; x++) {
      const at = start + Math.floor(x / factor);
      sums[at]! += pixels[y * width + x]!;
      counts[at]!++;
    }
  }
  return { values: sums.map((sum, at) => sum / counts[at]!), height: rows, width: columns };
}

type Colour = (value: number) => readonly [red: number, green: number, blue: number];

/** The picture above a strip with its word; narrow pictures are padded so that the word fits. */
function picture(
  { values, height, width }: SmallImage,
  word: string,
  text: Readonly<Record<string, string>>,
  colour?: Colour,
): string {
  const channels = colour ? 3 : 1;
  const fullWidth = Math.max(width, labelWidth('SYNTHETIC'));
  const pixels = new Uint8Array((height + LABEL_HEIGHT) * fullWidth * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x]!;
      pixels.set(colour ? colour(value) : [byteOf(value)], (y * fullWidth + x) * channels);
    }
  }
  for (let row = 0; row < LABEL_HEIGHT; row++) {
    for (let column = 0; column < fullWidth; column++) {
      const at = ((height + row) * fullWidth + column) * channels;
      if (labelPixel(word, { row, column })) pixels.fill(255, at, at + channels);
    }
  }
  return pngDataUrl({ pixels, height: height + LABEL_HEIGHT, width: fullWidth, channels, text });
}

/** White where nothing changed, red where the fake is brighter, blue where it is darker. */
function differenceColour(value: number): ReturnType<Colour> {
  const change = Math.max(-1, Math.min(1, value / 32767.5 - 1));
  const faded = byteOf(255 * (1 - Math.abs(change)));
  return change > 0 ? [255, faded, faded] : [faded, faded, 255];
}

function byteOf(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
