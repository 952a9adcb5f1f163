import type { Laterality, View } from './case-image.ts';
import type { DicomFact } from './dicom/fact.ts';
import type { PatientOrientation } from './dicom/orientation.ts';
import type { PixelSpacingMm } from './dicom/pixel-spacing.ts';

/** The formats that readMammogram tells apart. */
export type MammogramFormat = 'dicom' | 'png' | 'pgm' | 'tiff';

/** Grey pixels as stored, with what the file says of them: what every format comes to before it is scaled. */
export interface StoredMammogram {
  readonly values: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly bitsStored: number;
  readonly format: MammogramFormat;
  /** Half the range of signed values, which was added to make them unsigned. */
  readonly raisedBy?: number;
  /** The attribute that says that 0 is white. */
  readonly invertedBy?: string;
  readonly laterality?: Laterality;
  readonly view?: View;
  readonly pixelSpacingMm?: PixelSpacingMm;
  readonly patientOrientation?: DicomFact<PatientOrientation>;
  readonly synthetic: boolean;
  readonly warnings: readonly string[];
}
