import type { DicomImage } from './dicom.ts';
import type { ImageSize } from './image-size.ts';
import type { Mammogram } from './mammogram.ts';
import { lowestStored, paddingMask, type TabulatedValues } from './modality-values.ts';
import { resizeBicubic } from './resize.ts';
import {
  type AppliedStep,
  placeInWindow,
  type ValueRange,
  type VoiWindow,
  windowDefect,
} from './value-transform.ts';
import { tabulateVoi, type VoiChoice } from './voi-values.ts';

/** Options of {@link renderForDisplay}. */
export interface RenderOptions {
  /**
   * Default: `first`. Where the file has no window or table, and for PNG, PGM and TIFF, grey levels run from the darkest to
   * the brightest pixel; with `none` over all that the bits allow. A window of the caller's is on the modality's values of a
   * DICOM image, on 0..65535 of a mammogram.
   */
  readonly voi?: VoiChoice;
  /** Frame of a multi-frame DICOM image, counted from 0 in `storedValues`. Default: 0. */
  readonly frame?: number;
  /** Longest side of the result; larger images are reduced ({@link resizeBicubic}). Default: as it is. */
  readonly longestSide?: number;
}

/** An image for a screen, 8 bits deep, and everything that was done for it. */
export interface RenderedImage extends ImageSize {
  /** 0 black to 255 white, row-major. */
  readonly pixels: Uint8Array;
  /** In the order in which it was done to the stored values. */
  readonly applied: readonly AppliedStep[];
}

/**
 * Renders an image as a reader would see it: modality and VOI transform, MONOCHROME1 inverted, padding black; each step that
 * was taken is listed with the attribute that asked for it.
 *
 * @throws RangeError if an option is out of range or names a window or table that the file does not have
 * @throws TypeError if the image is in colour
 * @example
 * const { pixels, height, width } = renderForDisplay(await readDicom(bytes), { longestSide: 512 });
 * const preview = writePng({ pixels, height, width });
 */
export function renderForDisplay(
  image: DicomImage | Mammogram,
  options: RenderOptions = {},
): RenderedImage {
  requireLongestSide(options.longestSide);
  const wide =
    'storedValues' in image ? renderDicom(image, options) : renderMammogram(image, options);
  const { pixels, height, width } = reduced(wide, options.longestSide);
  return {
    pixels: Uint8Array.from(pixels, (level) => Math.round(level / 257)),
    height,
    width,
    applied: wide.applied,
  };
}

/** The image 16 bits deep, so that a reduction rounds once. */
interface WideImage extends ImageSize {
  readonly pixels: Uint16Array;
  readonly applied: readonly AppliedStep[];
}

const SCREEN: ValueRange = { min: 0, max: 65535 };

function renderDicom(image: DicomImage, options: RenderOptions): WideImage {
  const { rows: height, columns: width, photometricInterpretation } = image;
  if (!/^MONOCHROME[12]$/.test(photometricInterpretation)) {
    throw new TypeError(
      `renderForDisplay: the image must be MONOCHROME1 or MONOCHROME2, got ${photometricInterpretation}`,
    );
  }
  const shown = oneFrame(image, options.frame ?? 0);
  const padding = paddingMask(shown);
  const { table, applied } = screenTable(shown, { voi: options.voi ?? 'first', padding });
  const steps: AppliedStep[] = [...applied];
  const inverted = photometricInterpretation === 'MONOCHROME1';
  if (inverted) steps.push({ step: 'inversion', description: 'MONOCHROME1', source: PHOTOMETRIC });
  const levels = Uint16Array.from(table, (level) =>
    Math.round(onScreen(inverted ? SCREEN.max - level : level)),
  );
  const lowest = lowestStored(shown);
  const pixels = Uint16Array.from(shown.storedValues, (stored, index) =>
    padding[index] === 1 ? 0 : levels[stored - lowest]!,
  );
  if (image.paddingRange !== undefined && padding.includes(1)) {
    const { value, source } = image.paddingRange;
    steps.push({ step: 'padding', description: `${value.from} to ${value.to} is black`, source });
  }
  return { pixels, height, width, applied: steps };
}

const PHOTOMETRIC = 'PhotometricInterpretation (0028,0004)';

function onScreen(level: number): number {
  return Math.min(Math.max(level, SCREEN.min), SCREEN.max);
}

function oneFrame(image: DicomImage, frame: number): DicomImage {
  const { storedValues, rows, columns, frames } = image;
  if (!Number.isInteger(frame) || frame < 0 || frame >= frames) {
    throw new RangeError(
      `renderForDisplay: frame must be an integer in 0..${frames - 1}, got ${frame}`,
    );
  }
  const size = rows * columns;
  return { ...image, storedValues: storedValues.subarray(frame * size, (frame + 1) * size) };
}

/** The screen's level of every stored value. */
function screenTable(
  image: DicomImage,
  { voi, padding }: { readonly voi: VoiChoice; readonly padding: Uint8Array },
): Pick<TabulatedValues, 'table' | 'applied'> {
  const offered = image.voiTables ?? image.voiWindows;
  if (voi !== 'first' || offered !== undefined) return tabulateVoi(image, { voi, output: SCREEN });
  const { table, applied } = tabulateVoi(image, { voi: 'none' });
  const lowest = lowestStored(image);
  const values = Float64Array.from(image.storedValues, (stored) => table[stored - lowest]!);
  const window = fullWindow(values, padding);
  const step = windowStep(window, 'pixels');
  return { table: table.map((value) => throughWindow(window, value)), applied: [...applied, step] };
}

function renderMammogram(image: Mammogram, { voi = 'first' }: RenderOptions): WideImage {
  const { pixels, height, width, applied } = image;
  if (voi === 'none') return { pixels, height, width, applied };
  const window = voi === 'first' ? fullWindow(pixels) : ownWindow(voi);
  const levels = Uint16Array.from({ length: 65536 }, (_, value) =>
    Math.round(throughWindow(window, value)),
  );
  const step = windowStep(window, voi === 'first' ? 'pixels' : 'caller');
  return {
    pixels: pixels.map((value) => levels[value]!),
    height,
    width,
    applied: [...applied, step],
  };
}

function ownWindow(voi: Exclude<VoiChoice, 'first' | 'none'>): VoiWindow {
  if ('window' in voi || 'table' in voi) {
    throw new RangeError(
      'renderForDisplay: only DICOM images have windows and tables to choose from',
    );
  }
  const defect = windowDefect(voi);
  if (defect !== undefined) throw new RangeError(`renderForDisplay: ${defect}`);
  return voi;
}

/** From the darkest to the brightest pixel that is not padding. */
function fullWindow(values: Float64Array | Uint16Array, padding?: Uint8Array): VoiWindow {
  let [low, high] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    if (padding?.[index] === 1) continue;
    const value = values[index]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { center: 0, width: 1, function: 'LINEAR_EXACT' };
  return { center: (low + high) / 2, width: high - low || 1, function: 'LINEAR_EXACT' };
}

function throughWindow(window: VoiWindow, value: number): number {
  return placeInWindow(window, value) * SCREEN.max;
}

function windowStep(
  { center, width, function: shape = 'LINEAR' }: VoiWindow,
  source: string,
): AppliedStep {
  return { step: 'voi', description: `${shape} window, center ${center}, width ${width}`, source };
}

function reduced(image: WideImage, longestSide: number | undefined): Omit<WideImage, 'applied'> {
  const longest = Math.max(image.height, image.width);
  if (longestSide === undefined || longest <= longestSide) return image;
  const side = (length: number): number =>
    Math.max(1, Math.round((length * longestSide) / longest));
  return resizeBicubic(image, { height: side(image.height), width: side(image.width) });
}

function requireLongestSide(longestSide = 1): void {
  if (Number.isInteger(longestSide) && longestSide > 0) return;
  throw new RangeError(
    `renderForDisplay: longestSide must be a positive integer, got ${longestSide}`,
  );
}
