import type { Laterality, View } from '../case-image.ts';
import type { DicomDataSet } from './data-set.ts';
import { type DicomFact, fact, textFact } from './fact.ts';
import { type PixelSpacingMm, readMagnification, readPixelSpacing } from './pixel-spacing.ts';
import { readSynthetic } from './synthetic.ts';
import { shortValue } from './values.ts';
import { readLaterality, readView, readViewModifiers } from './view.ts';

/** Whether a machine or a reader is meant to look at the pixels. */
export type PresentationIntent = 'FOR PROCESSING' | 'FOR PRESENTATION';

/** Stored values from `from` to `to`, both included. */
export interface PaddingRange {
  /** The lower of PixelPaddingValue and PixelPaddingRangeLimit. */
  readonly from: number;
  /** The higher one; equal to `from` where there is no limit. */
  readonly to: number;
}

/** What a file says of the mammogram besides its pixels; a fact is absent where the file does not state it clearly. */
export interface MammogramFacts {
  /** The patient's breast. */
  readonly laterality?: DicomFact<Laterality>;
  /** CC or MLO; any other view is absent, with a warning. */
  readonly view?: DicomFact<View>;
  /** Meanings of the view modifiers, e.g. `Magnification`. */
  readonly viewModifiers?: DicomFact<readonly string[]>;
  /** PresentationIntentType; any other text is absent, with a warning. */
  readonly presentationIntent?: DicomFact<PresentationIntent>;
  /** As stated, without any magnification taken off: the source says at which plane. */
  readonly pixelSpacingMm?: DicomFact<PixelSpacingMm>;
  /** Size at the detector over size in the breast. */
  readonly magnificationFactor?: DicomFact<number>;
  /** Stored values that are no image. */
  readonly paddingRange?: DicomFact<PaddingRange>;
  /** Whether text is part of the pixels. */
  readonly burnedInAnnotation?: DicomFact<boolean>;
  /** Of the device. */
  readonly manufacturer?: DicomFact<string>;
  /** True where the file says that a program made its image. */
  readonly synthetic?: DicomFact<boolean>;
}

const INTENT = { name: 'PresentationIntentType', tag: 0x00080068 };
const PADDING = { name: 'PixelPaddingValue', tag: 0x00280120 };
const PADDING_LIMIT = 0x00280121;
const PIXEL_REPRESENTATION = 0x00280103;
const BURNED_IN = { name: 'BurnedInAnnotation', tag: 0x00280301 };
const MANUFACTURER = { name: 'Manufacturer', tag: 0x00080070 };

/**
 * Reads what a mammogram's header says; what is contradictory or out of range gives a warning.
 *
 * @see DICOM PS3.3 section C.8.11 (projection radiography and mammography modules)
 */
export function readMammogramFacts(dataSet: DicomDataSet, warnings: string[]): MammogramFacts {
  return withoutAbsent({
    laterality: readLaterality(dataSet, warnings),
    view: readView(dataSet, warnings),
    viewModifiers: readViewModifiers(dataSet),
    presentationIntent: readIntent(dataSet, warnings),
    pixelSpacingMm: readPixelSpacing(dataSet, warnings),
    magnificationFactor: readMagnification(dataSet),
    paddingRange: readPaddingRange(dataSet),
    burnedInAnnotation: readBurnedIn(dataSet, warnings),
    manufacturer: textFact(dataSet, MANUFACTURER),
    synthetic: readSynthetic(dataSet),
  });
}

type Present<Facts> = { [Key in keyof Facts]?: Exclude<Facts[Key], undefined> };

function withoutAbsent<Facts extends object>(facts: Facts): Present<Facts> {
  const present = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Present<Facts>;
}

function readIntent(
  dataSet: DicomDataSet,
  warnings: string[],
): DicomFact<PresentationIntent> | undefined {
  const intent = textFact(dataSet, INTENT);
  if (intent === undefined) return undefined;
  const { value, source } = intent;
  if (value === 'FOR PROCESSING' || value === 'FOR PRESENTATION') return { value, source };
  warnings.push(`${source} must be FOR PROCESSING or FOR PRESENTATION, got ${value}`);
  return undefined;
}

function readPaddingRange(dataSet: DicomDataSet): DicomFact<PaddingRange> | undefined {
  const signed = shortValue(dataSet, PIXEL_REPRESENTATION) === 1;
  const value = shortValue(dataSet, PADDING.tag, { signed });
  if (value === undefined) return undefined;
  const limit = shortValue(dataSet, PADDING_LIMIT, { signed }) ?? value;
  return fact(PADDING, { from: Math.min(value, limit), to: Math.max(value, limit) });
}

function readBurnedIn(dataSet: DicomDataSet, warnings: string[]): DicomFact<boolean> | undefined {
  const burnedIn = textFact(dataSet, BURNED_IN);
  if (burnedIn === undefined) return undefined;
  const { value, source } = burnedIn;
  if (value === 'YES' || value === 'NO') return { value: value === 'YES', source };
  warnings.push(`${source} must be YES or NO, got ${value}`);
  return undefined;
}
