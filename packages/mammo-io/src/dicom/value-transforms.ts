import {
  type ModalityTransform,
  type VoiFunction,
  type VoiTable,
  type VoiWindow,
  windowDefect,
} from '../value-transform.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { type DicomFact, fact, frameGroups, textFact } from './fact.ts';
import { readLookupTable } from './lut-sequence.ts';
import { decimalValues, textValue, textValues } from './values.ts';

/** What a file says of the meaning and the display of its stored values; absent where it does not. */
export interface ValueTransformFacts {
  /** From stored values to those of the modality. */
  readonly modalityTransform?: DicomFact<ModalityTransform>;
  /** The windows that the maker offers, in the file's order. */
  readonly voiWindows?: readonly DicomFact<VoiWindow>[];
  /** The tables that the maker offers, in the file's order. */
  readonly voiTables?: readonly DicomFact<VoiTable>[];
}

const MODALITY_LUT = { name: 'ModalityLUTSequence', tag: 0x00283000 };
const MODALITY_LUT_TYPE = 0x00283004;
const SLOPE = { name: 'RescaleSlope', tag: 0x00281053 };
const INTERCEPT = { name: 'RescaleIntercept', tag: 0x00281052 };
const RESCALE_TYPE = 0x00281054;
const CENTER = { name: 'WindowCenter', tag: 0x00281050 };
const WIDTH = { name: 'WindowWidth', tag: 0x00281051 };
const EXPLANATION = 0x00281055;
const FUNCTION = { name: 'VOILUTFunction', tag: 0x00281056 };
const VOI_LUT = { name: 'VOILUTSequence', tag: 0x00283010 };
const LUT_EXPLANATION = 0x00283003;
const PIXEL_VALUE_TRANSFORMATION = 0x00289145;
const FRAME_VOI_LUT = 0x00289132;
const PHOTOMETRIC = { name: 'PhotometricInterpretation', tag: 0x00280004 };
const LUT_SHAPE = { name: 'PresentationLUTShape', tag: 0x20500020 };

/** What {@link readValueTransforms} needs to know besides the data set. */
export interface ValueTransformContext {
  /** Whether stored values are two's complement. */
  readonly signed: boolean;
  /** The frame whose functional groups apply. */
  readonly frame: number;
}

/**
 * Reads the modality and VOI transforms of a frame: from the image, or from the functional groups of multi-frame images.
 * What is damaged is left out, with a warning.
 *
 * @see DICOM PS3.3 sections C.11.1, C.11.2, C.7.6.16.2.9 and C.7.6.16.2.10
 */
export function readValueTransforms(
  dataSet: DicomDataSet,
  { signed, frame }: ValueTransformContext,
  warnings: string[],
): ValueTransformFacts {
  const modalityItems = [dataSet, ...frameGroups(dataSet, PIXEL_VALUE_TRANSFORMATION, frame)];
  const modalityTransform =
    readModalityTable(dataSet, signed, warnings) ??
    firstFound(modalityItems, (item) => readRescale(item, warnings));
  const voiSigned = signed || mapsBelowZero(modalityTransform?.value);
  const voiItems = [dataSet, ...frameGroups(dataSet, FRAME_VOI_LUT, frame)];
  const windows = firstFound(voiItems, (item) => readWindows(item, warnings)) ?? [];
  const tables = readVoiTables(dataSet, voiSigned, warnings);
  warnOfLutShape(dataSet, warnings);
  return {
    ...(modalityTransform && { modalityTransform }),
    ...(windows.length > 0 && { voiWindows: windows }),
    ...(tables.length > 0 && { voiTables: tables }),
  };
}

function firstFound<Item, Found>(
  items: readonly Item[],
  read: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readModalityTable(
  dataSet: DicomDataSet,
  signed: boolean,
  warnings: string[],
): DicomFact<ModalityTransform> | undefined {
  const [item] = sequenceItems(dataSet, MODALITY_LUT.tag);
  const table = item && readLookupTable(item, { name: MODALITY_LUT.name, signed }, warnings);
  if (item === undefined || table === undefined) return undefined;
  const unit = textValue(item, MODALITY_LUT_TYPE);
  return fact(MODALITY_LUT, { kind: 'lut', table, ...(unit && { unit }) });
}

function readRescale(
  dataSet: DicomDataSet,
  warnings: string[],
): DicomFact<ModalityTransform> | undefined {
  const [slope] = decimalValues(dataSet, SLOPE.tag);
  const [intercept] = decimalValues(dataSet, INTERCEPT.tag);
  if (slope === undefined && intercept === undefined) return undefined;
  if (slope === undefined || intercept === undefined) {
    warnings.push(`${SLOPE.name} and ${INTERCEPT.name} must come together: neither is used`);
    return undefined;
  }
  if (slope === 0 || !Number.isFinite(slope) || !Number.isFinite(intercept)) {
    warnings.push(
      `${SLOPE.name} and ${INTERCEPT.name} must be numbers and the slope not 0, got ${slope} and ${intercept}: neither is used`,
    );
    return undefined;
  }
  const unit = textValue(dataSet, RESCALE_TYPE);
  return fact(SLOPE, { kind: 'rescale', slope, intercept, ...(unit && { unit }) });
}

/** VOI tables index signed values where a rescale can make some. */
function mapsBelowZero(transform: ModalityTransform | undefined): boolean {
  return transform?.kind === 'rescale' && (transform.intercept < 0 || transform.slope < 0);
}

function readWindows(
  dataSet: DicomDataSet,
  warnings: string[],
): readonly DicomFact<VoiWindow>[] | undefined {
  const centers = decimalValues(dataSet, CENTER.tag);
  const widths = decimalValues(dataSet, WIDTH.tag);
  if (centers.length === 0 && widths.length === 0) return undefined;
  if (centers.length !== widths.length) {
    warnings.push(
      `${CENTER.name} and ${WIDTH.name} must have as many values, got ${centers.length} and ${widths.length}`,
    );
  }
  const shape = readFunction(dataSet, warnings);
  if (shape === undefined) return [];
  const explanations = textValues(dataSet, EXPLANATION);
  const windows: DicomFact<VoiWindow>[] = [];
  for (let index = 0; index < Math.min(centers.length, widths.length); index++) {
    const explanation = explanations[index];
    const window: VoiWindow = {
      center: centers[index]!,
      width: widths[index]!,
      function: shape,
      ...(explanation && { explanation }),
    };
    const defect = windowDefect(window);
    if (defect === undefined) windows.push(fact(CENTER, window));
    else warnings.push(`window ${index} is left out: ${defect}`);
  }
  return windows;
}

function readFunction(dataSet: DicomDataSet, warnings: string[]): VoiFunction | undefined {
  const stated = textFact(dataSet, FUNCTION);
  const value = stated?.value ?? 'LINEAR';
  if (value === 'LINEAR' || value === 'LINEAR_EXACT' || value === 'SIGMOID') return value;
  warnings.push(
    `${stated?.source} must be LINEAR, LINEAR_EXACT or SIGMOID, got ${value}: the windows are left out`,
  );
  return undefined;
}

function readVoiTables(
  dataSet: DicomDataSet,
  signed: boolean,
  warnings: string[],
): readonly DicomFact<VoiTable>[] {
  return sequenceItems(dataSet, VOI_LUT.tag).flatMap((item) => {
    const table = readLookupTable(item, { name: VOI_LUT.name, signed }, warnings);
    if (table === undefined) return [];
    const explanation = textValue(item, LUT_EXPLANATION);
    return [fact(VOI_LUT, { table, ...(explanation && { explanation }) })];
  });
}

function warnOfLutShape(dataSet: DicomDataSet, warnings: string[]): void {
  const shape = textFact(dataSet, LUT_SHAPE);
  const photometric = textFact(dataSet, PHOTOMETRIC);
  if (shape === undefined || photometric === undefined) return;
  if (!/^MONOCHROME[12]$/.test(photometric.value)) return;
  const expected = photometric.value === 'MONOCHROME1' ? 'INVERSE' : 'IDENTITY';
  if (shape.value === expected) return;
  warnings.push(
    `${photometric.source} is ${photometric.value}, but ${shape.source} is ${shape.value}: the former is used`,
  );
}
