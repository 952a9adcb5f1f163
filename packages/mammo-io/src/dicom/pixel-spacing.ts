import type { DicomDataSet } from './data-set.ts';
import { type DicomAttribute, type DicomFact, fact, functionalGroups } from './fact.ts';
import { decimalValues } from './values.ts';

/** Distance of pixel centres in mm: of neighbouring rows and of neighbouring columns. */
export interface PixelSpacingMm {
  /** Between neighbouring rows, down the image. */
  readonly row: number;
  /** Between neighbouring columns, across the image. */
  readonly column: number;
}

const PIXEL_SPACING = { name: 'PixelSpacing', tag: 0x00280030 };
const IMAGER_PIXEL_SPACING = { name: 'ImagerPixelSpacing', tag: 0x00181164 };
const SCANNED_PIXEL_SPACING = { name: 'NominalScannedPixelSpacing', tag: 0x00182010 };
const PIXEL_MEASURES = 0x00289110;
const MAGNIFICATION = { name: 'EstimatedRadiographicMagnificationFactor', tag: 0x00181114 };

/**
 * The spacing as stated: in the patient (PixelSpacing) before at the detector (ImagerPixelSpacing) before on the film. Where
 * they differ a warning says so.
 *
 * @see DICOM PS3.3 section 10.7.1.3
 */
export function readPixelSpacing(
  dataSet: DicomDataSet,
  warnings: string[],
): DicomFact<PixelSpacingMm> | undefined {
  const [measures] = functionalGroups(dataSet, PIXEL_MEASURES);
  const found = [
    spacing(dataSet, PIXEL_SPACING, warnings),
    measures && spacing(measures, PIXEL_SPACING, warnings),
    spacing(dataSet, IMAGER_PIXEL_SPACING, warnings),
    spacing(dataSet, SCANNED_PIXEL_SPACING, warnings),
  ].filter((candidate) => candidate !== undefined);
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  for (const { value, source } of others) {
    if (value.row === first.value.row && value.column === first.value.column) continue;
    warnings.push(`${first.source} and ${source} differ: the former is used`);
  }
  return first;
}

/** Size at the detector over size in the breast. */
export function readMagnification(dataSet: DicomDataSet): DicomFact<number> | undefined {
  const [factor = Number.NaN] = decimalValues(dataSet, MAGNIFICATION.tag);
  return factor > 0 ? fact(MAGNIFICATION, factor) : undefined;
}

function spacing(
  dataSet: DicomDataSet,
  attribute: DicomAttribute,
  warnings: string[],
): DicomFact<PixelSpacingMm> | undefined {
  const values = decimalValues(dataSet, attribute.tag);
  if (values.length === 0) return undefined;
  const [row = Number.NaN, column = Number.NaN] = values;
  const stated = fact(attribute, { row, column });
  if (row > 0 && column > 0 && Number.isFinite(row + column)) return stated;
  warnings.push(`${stated.source} must be two positive numbers, got ${values.join('\\')}`);
  return undefined;
}
