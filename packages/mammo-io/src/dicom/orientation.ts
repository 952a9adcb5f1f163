import type { DicomDataSet } from './data-set.ts';
import { type DicomFact, fact, textFact } from './fact.ts';
import { decimalValues, textValues } from './values.ts';

/** Where the rows and the columns of the image run to in the patient, e.g. `P` and `FL`. */
export interface PatientOrientation {
  /** Direction of a row from left to right. */
  readonly row: string;
  /** Direction of a column from top to bottom. */
  readonly column: string;
}

/** What a file says of how its pixels lie; absent where it does not. */
export interface OrientationFacts {
  /** Of letters A, P, H, F, L and R; what has others is absent, with a warning. */
  readonly patientOrientation?: DicomFact<PatientOrientation>;
  /** Whether the pixels were mirrored after they were acquired; PatientOrientation already counts it. */
  readonly fieldOfViewFlip?: DicomFact<boolean>;
  /** Degrees clockwise that the pixels were turned after they were acquired; PatientOrientation already counts it. */
  readonly fieldOfViewRotation?: DicomFact<number>;
}

const PATIENT_ORIENTATION = { name: 'PatientOrientation', tag: 0x00200020 };
const FLIP = { name: 'FieldOfViewHorizontalFlip', tag: 0x00187034 };
const ROTATION = { name: 'FieldOfViewRotation', tag: 0x00187032 };

/**
 * Reads how the pixels lie in the patient.
 *
 * @see DICOM PS3.3 sections C.7.6.1.1.1 and C.8.11.3.1.3
 */
export function readOrientation(dataSet: DicomDataSet, warnings: string[]): OrientationFacts {
  const patientOrientation = readPatientOrientation(dataSet, warnings);
  const flip = textFact(dataSet, FLIP);
  const [rotation] = decimalValues(dataSet, ROTATION.tag);
  return {
    ...(patientOrientation && { patientOrientation }),
    ...(flip && { fieldOfViewFlip: { value: flip.value === 'YES', source: flip.source } }),
    ...(Number.isFinite(rotation) && { fieldOfViewRotation: fact(ROTATION, rotation!) }),
  };
}

function readPatientOrientation(
  dataSet: DicomDataSet,
  warnings: string[],
): DicomFact<PatientOrientation> | undefined {
  const values = textValues(dataSet, PATIENT_ORIENTATION.tag);
  const [row = '', column = ''] = values;
  if (row === '' && column === '') return undefined;
  const stated = fact(PATIENT_ORIENTATION, { row, column });
  if (/^[AP]?[HF]?[LR]?$/.test(sorted(row)) && /^[AP]?[HF]?[LR]?$/.test(sorted(column)))
    return stated;
  warnings.push(`${stated.source} must be two directions, got ${values.join('\\')}`);
  return undefined;
}

/** The letters in the order front or back, head or feet, left or right. */
function sorted(direction: string): string {
  const order = 'APHFLR';
  return [...direction].sort((a, b) => order.indexOf(a) - order.indexOf(b)).join('');
}
