import type { DicomImage } from './dicom.ts';
import { lookUp } from './lookup-table.ts';
import type { AppliedStep, ModalityTransform, ValueRange } from './value-transform.ts';

/** Values that were computed from stored ones, and how. */
export interface GreyValues {
  /** As many as stored values, in their order. */
  readonly values: Float64Array;
  /** What the values can be, whatever the pixels are. */
  readonly range: ValueRange;
  /** What was done, in order; empty where the file asks for nothing. */
  readonly applied: readonly AppliedStep[];
}

/**
 * The modality's values of a DICOM image: slope · stored + intercept, or the entries of its modality table; the stored
 * values where the file has neither. Padding is not treated differently: see {@link paddingMask}.
 *
 * @example
 * const { values, applied } = modalityValues(await readDicom(bytes));
 * @see DICOM PS3.3 section C.11.1
 */
export function modalityValues(image: DicomImage): GreyValues {
  const { table, ...rest } = tabulateModality(image);
  return { values: mapStored(image, table), ...rest };
}

/**
 * 1 where a stored value lies in the file's padding range, else 0: pixels that are no image.
 *
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const subject = { patientId: 'P1', laterality: 'L', view: 'CC' } as const;
 * const ramp = { pixels: Uint16Array.of(0, 1, 2, 3), height: 2, width: 2 };
 * const image = await readDicom(await writeSyntheticDicom(ramp, { mark, subject }));
 * paddingMask({ ...image, paddingRange: { value: { from: 0, to: 1 }, source: 'demo' } }); // => Uint8Array.of(1, 1, 0, 0)
 * ```
 */
export function paddingMask(image: DicomImage): Uint8Array {
  const { storedValues, paddingRange } = image;
  const mask = new Uint8Array(storedValues.length);
  if (paddingRange === undefined) return mask;
  const { from, to } = paddingRange.value;
  for (let index = 0; index < mask.length; index++) {
    const value = storedValues[index]!;
    if (value >= from && value <= to) mask[index] = 1;
  }
  return mask;
}

/** A value for every number that the array of stored values can hold, from {@link lowestStored} up. */
export interface TabulatedValues {
  readonly table: Float64Array;
  readonly range: ValueRange;
  readonly applied: readonly AppliedStep[];
}

/** {@link modalityValues} of every possible stored value. */
export function tabulateModality(image: DicomImage): TabulatedValues {
  const range = storedRange(image);
  const lowest = lowestStored(image);
  const numbers = 2 ** (8 * image.storedValues.BYTES_PER_ELEMENT);
  const table = Float64Array.from({ length: numbers }, (_, index) => lowest + index);
  const transform = image.modalityTransform;
  if (transform === undefined) return { table, range, applied: [] };
  const { value, source } = transform;
  const step = { step: 'modality', description: describe(value), source } as const;
  const applied = [step];
  if (value.kind === 'lut') {
    const entries = table.map((stored) => lookUp(value.table, stored));
    return { table: entries, range: { min: 0, max: 2 ** value.table.bits - 1 }, applied };
  }
  const rescaled = (stored: number): number => value.slope * stored + value.intercept;
  const ends = [rescaled(range.min), rescaled(range.max)];
  const rescaledRange = { min: Math.min(...ends), max: Math.max(...ends) };
  return { table: table.map(rescaled), range: rescaledRange, applied };
}

/** The stored value of the first entry of a table. Lossy compression can go beyond the stored bits, so tables have them all. */
export function lowestStored({ storedValues }: DicomImage): number {
  return storedValues instanceof Int16Array ? -32768 : 0;
}

/** What a stored value can be, by the image's bits and sign. */
function storedRange({ bitsStored, signed }: DicomImage): ValueRange {
  const min = signed ? -(2 ** (bitsStored - 1)) : 0;
  return { min, max: min + 2 ** bitsStored - 1 };
}

/** The table's value of every pixel. */
export function mapStored(image: DicomImage, table: Float64Array): Float64Array {
  const { storedValues } = image;
  const lowest = lowestStored(image);
  const values = new Float64Array(storedValues.length);
  for (let index = 0; index < values.length; index++) {
    values[index] = table[storedValues[index]! - lowest]!;
  }
  return values;
}

function describe(transform: ModalityTransform): string {
  const unit = transform.unit === undefined ? '' : `, unit ${transform.unit}`;
  if (transform.kind === 'lut') return `table of ${transform.table.entries.length} entries${unit}`;
  return `slope ${transform.slope}, intercept ${transform.intercept}${unit}`;
}
