import type { Laterality, View } from './case-image.ts';
import type { DicomFact } from './dicom/fact.ts';
import type { PatientOrientation } from './dicom/orientation.ts';
import { type Flips, flipImage } from './flip-image.ts';
import { foregroundThreshold } from './foreground.ts';
import type { PlacedImage } from './placement.ts';
import type { GreyImage } from './resize.ts';

/** What a file says that bears on how its image lies; all of it is optional. */
export interface StatedOrientation {
  /** Where rows and columns run to; decides where the pixels do not tell. */
  readonly patientOrientation?: DicomFact<PatientOrientation>;
  /** With it L and R in PatientOrientation tell what is up in a craniocaudal view. */
  readonly laterality?: Laterality;
  /** In an MLO view L and R tell nothing about it. */
  readonly view?: View;
}

/** How a breast lies in an image. */
export interface BreastOrientation {
  /** The side of the chest wall; absent where neither the pixels nor the file tell. */
  readonly chestWall?: 'left' | 'right';
  /** What told: `pixels`, or the attribute. */
  readonly source?: string;
  /** The side that the pixels tell: where the breast is cut off by the image's border. */
  readonly inPixels: 'left' | 'right' | 'unclear';
  /** The side that PatientOrientation tells. */
  readonly stated?: 'left' | 'right';
  /** Whether PatientOrientation tells that the image is upside down; absent where it does not tell. */
  readonly upsideDown?: boolean;
  /** Disagreements, to be looked at before the image is used. */
  readonly warnings: readonly string[];
}

/**
 * How a breast lies: from the pixels where they are clear, checked against the file's PatientOrientation, which decides where
 * they are not.
 *
 * @example
 * const { chestWall, warnings } = breastOrientation(mammogram, mammogram);
 * @see DICOM PS3.3 section C.7.6.1.1.1
 */
export function breastOrientation(
  image: GreyImage,
  file: StatedOrientation = {},
): BreastOrientation {
  const { patientOrientation } = file;
  const inPixels = chestWallInPixels(image);
  const stated = patientOrientation && statedChestWall(patientOrientation.value);
  const upsideDown = patientOrientation && statedUpsideDown(patientOrientation.value, file);
  const warnings: string[] = [];
  if (patientOrientation !== undefined && stated === undefined) {
    const { row, column } = patientOrientation.value;
    warnings.push(
      `${patientOrientation.source} is ${row}\\${column}: the chest wall is neither left nor right`,
    );
  }
  if (stated !== undefined && inPixels !== 'unclear' && stated !== inPixels) {
    warnings.push(
      `${patientOrientation?.source} tells that the chest wall is on the ${stated}, but in the pixels the breast is on the ${inPixels}: the pixels are believed`,
    );
  }
  if (upsideDown)
    warnings.push(`${patientOrientation?.source} tells that the image is upside down`);
  const chestWall = inPixels === 'unclear' ? stated : inPixels;
  const source = inPixels === 'unclear' ? patientOrientation?.source : 'pixels';
  return {
    ...(chestWall && { chestWall, ...(source && { source }) }),
    inPixels,
    ...(stated && { stated }),
    ...(upsideDown !== undefined && { upsideDown }),
    warnings,
  };
}

/** Options of {@link hangImage}. */
export interface HangOptions {
  /** From {@link breastOrientation}. */
  readonly orientation: BreastOrientation;
  /** Where the chest wall is to be. As mammograms are hung: `left` for the left breast, `right` for the right one. */
  readonly chestWall: 'left' | 'right';
}

/**
 * Flips an image so that the chest wall is on the asked side and the head's side is up; where nothing is known it stays.
 *
 * @example
 * ```ts
 * const image = { pixels: Uint16Array.of(1, 2), height: 1, width: 2 };
 * const orientation = { chestWall: 'left', inPixels: 'left', warnings: [] } as const;
 * hangImage(image, { orientation, chestWall: 'right' }).pixels; // => Uint16Array.of(2, 1)
 * ```
 */
export function hangImage(image: GreyImage, { orientation, chestWall }: HangOptions): PlacedImage {
  const flips: Flips = {
    leftRight: orientation.chestWall !== undefined && orientation.chestWall !== chestWall,
    upsideDown: orientation.upsideDown ?? false,
  };
  return flipImage(image, flips);
}

/** Rows run away from the chest wall (anterior) or to it (posterior). */
function statedChestWall({ row }: PatientOrientation): 'left' | 'right' | undefined {
  if (row.includes('A')) return 'left';
  return row.includes('P') ? 'right' : undefined;
}

/** Columns must run to the feet, or in craniocaudal views from the outer to the inner side of the breast. */
function statedUpsideDown(
  { column }: PatientOrientation,
  { laterality, view }: StatedOrientation,
): boolean | undefined {
  if (/[HF]/.test(column)) return column.includes('H');
  if (laterality === undefined || view === 'MLO' || !/[LR]/.test(column)) return undefined;
  return column.includes(laterality);
}

/** Share of the exposed width that is compared at either side. */
const STRIP = 0.1;
/** Least difference of the brightness of both strips, relative to their sum. */
const CLEAR = 0.2;
/** Share of the rows that must be foreground for a column to be exposed: film scans have unexposed margins. */
const EXPOSED = 0.02;

/** The chest wall is on the brighter side: there the border cuts the breast off, on the other it ends in air. */
function chestWallInPixels(image: GreyImage): 'left' | 'right' | 'unclear' {
  const { brightness, first, last } = exposedColumns(image);
  const strip = Math.max(1, Math.round((last - first + 1) * STRIP));
  let [left, right] = [0, 0];
  for (let column = 0; column < strip; column++) {
    left += brightness[first + column] ?? 0;
    right += brightness[last - column] ?? 0;
  }
  if (Math.abs(left - right) <= CLEAR * (left + right)) return 'unclear';
  return left > right ? 'left' : 'right';
}

function exposedColumns(image: GreyImage) {
  const { pixels, height, width } = image;
  const { above } = foregroundThreshold(image);
  const brightness = new Float64Array(width);
  const counts = new Uint32Array(width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const level = pixels[row * width + column]!;
      if (level <= above) continue;
      brightness[column]! += level;
      counts[column]!++;
    }
  }
  const exposed = Uint8Array.from(counts, (count) => (count > EXPOSED * height ? 1 : 0));
  return { brightness, first: exposed.indexOf(1), last: exposed.lastIndexOf(1) };
}
