import type { Laterality, View } from '../case-image.ts';
import type { PixelSpacingMm } from './pixel-spacing.ts';
import { codeSequence, type ElementToWrite, shortElement, textElement } from './write-data-set.ts';

/** Whom a mammogram shows that has no source file. */
interface ShownBreast {
  readonly patientId: string;
  readonly laterality: Laterality;
  readonly view: View;
  readonly pixelSpacingMm?: PixelSpacingMm;
}

const IMAGER_PIXEL_SPACING = 0x00181164;
const NOMINAL_SCANNED_PIXEL_SPACING = 0x00182010;

/** View codes of context group 4014. */
const VIEW_CODES = {
  CC: { value: '399162004', scheme: 'SCT', meaning: 'cranio-caudal' },
  MLO: { value: '399368009', scheme: 'SCT', meaning: 'medio-lateral oblique' },
} as const;
const BREAST = { value: '76752008', scheme: 'SCT', meaning: 'Breast' };

/** Rows from the chest wall to the nipple (left breast) or towards the chest wall (right breast), lateral or head up. */
const ORIENTATIONS = { LCC: 'A\\R', LMLO: 'A\\FR', RCC: 'P\\L', RMLO: 'P\\FL' } as const;

/** Attributes that a patient, study and image must have, if only empty (type 2). */
export const REQUIRED_TEXTS: readonly (readonly [tag: number, vr: string])[] = [
  [0x00080020, 'DA'], // StudyDate
  [0x00080030, 'TM'], // StudyTime
  [0x00080050, 'SH'], // AccessionNumber
  [0x00080090, 'PN'], // ReferringPhysicianName
  [0x00100010, 'PN'], // PatientName
  [0x00100020, 'LO'], // PatientID
  [0x00100030, 'DA'], // PatientBirthDate
  [0x00100040, 'CS'], // PatientSex
  [0x00200010, 'SH'], // StudyID
  [0x00200013, 'IS'], // InstanceNumber
];

/** The header of a mammogram for presentation that no device acquired; what is required but unknown is empty. */
export function describeBreast(
  breast: ShownBreast,
  photometricInterpretation: string,
): ElementToWrite[] {
  const shape = photometricInterpretation === 'MONOCHROME1' ? 'INVERSE' : 'IDENTITY';
  const { patientId, laterality, view, pixelSpacingMm } = breast;
  requirePatientId('writeSyntheticDicom', patientId);
  return [
    textElement(0x00080005, 'CS', 'ISO_IR 192'),
    textElement(0x00080060, 'CS', 'MG'),
    textElement(0x00080068, 'CS', 'FOR PRESENTATION'),
    textElement(0x00080070, 'LO', 'none: not acquired'), // Manufacturer
    textElement(0x00100010, 'PN', patientId),
    textElement(0x00100020, 'LO', patientId),
    codeSequence(0x00082218, BREAST), // AnatomicRegionSequence
    textElement(0x00180015, 'CS', 'BREAST'),
    textElement(0x00181508, 'CS', 'NONE'), // PositionerType
    textElement(0x00185101, 'CS', view),
    textElement(0x00200020, 'CS', ORIENTATIONS[`${laterality}${view}`]),
    textElement(0x00200062, 'CS', laterality), // ImageLaterality
    codeSequence(0x00540220, VIEW_CODES[view]),
    textElement(0x00280301, 'CS', 'NO'), // BurnedInAnnotation
    textElement(0x00281040, 'CS', 'LOG'), // PixelIntensityRelationship
    shortElement(0x00281041, 'SS', -1), // PixelIntensityRelationshipSign
    textElement(0x00281052, 'DS', '0'), // RescaleIntercept
    textElement(0x00281053, 'DS', '1'), // RescaleSlope
    textElement(0x00281054, 'LO', 'US'), // RescaleType
    textElement(0x00281300, 'CS', 'NO'), // BreastImplantPresent
    textElement(0x00282110, 'CS', '00'), // LossyImageCompression
    textElement(0x00400318, 'CS', 'BREAST'), // OrganExposed
    { tag: 0x00400555, vr: 'SQ', value: [] }, // AcquisitionContextSequence
    textElement(0x20500020, 'CS', shape), // PresentationLUTShape
    ...(pixelSpacingMm ? [spacing(IMAGER_PIXEL_SPACING, pixelSpacingMm)] : []),
  ];
}

/** The header of a mammogram of which no more is known than whom it shows: a secondary capture. */
export function describeCapture({
  patientId,
  laterality,
  view,
  pixelSpacingMm,
}: ShownBreast): ElementToWrite[] {
  requirePatientId('convertToDicom', patientId);
  return [
    textElement(0x00080005, 'CS', 'ISO_IR 192'),
    textElement(0x00080060, 'CS', 'MG'),
    textElement(0x00080064, 'CS', 'WSD'), // ConversionType: workstation
    textElement(0x00100010, 'PN', patientId),
    textElement(0x00100020, 'LO', patientId),
    textElement(0x00180015, 'CS', 'BREAST'),
    textElement(0x00185101, 'CS', view),
    textElement(0x00200020, 'CS', ''), // PatientOrientation
    textElement(0x00200062, 'CS', laterality), // ImageLaterality
    codeSequence(0x00540220, VIEW_CODES[view]),
    ...(pixelSpacingMm ? [spacing(NOMINAL_SCANNED_PIXEL_SPACING, pixelSpacingMm)] : []),
  ];
}

function spacing(tag: number, { row, column }: PixelSpacingMm): ElementToWrite {
  return textElement(tag, 'DS', `${decimal(row)}\\${decimal(column)}`);
}

/** A decimal string has 16 characters at most. */
function decimal(value: number): string {
  return String(Number(value.toPrecision(10)));
}

function requirePatientId(writer: string, patientId: string): void {
  const printable = /^[^\p{Cc}\\]*$/u.test(patientId) && patientId.trim() !== '';
  if (printable && patientId.length <= 64) return;
  throw new RangeError(
    `${writer}: patientId must be 1 to 64 characters without backslash, got ${JSON.stringify(patientId)}`,
  );
}
