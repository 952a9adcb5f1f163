import type { Laterality, View } from '../case-image.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { contradiction, type DicomFact, fact, functionalGroups, textFact } from './fact.ts';
import { textValue } from './values.ts';

const IMAGE_LATERALITY = { name: 'ImageLaterality', tag: 0x00200062 };
const LATERALITY = { name: 'Laterality', tag: 0x00200060 };
const FRAME_LATERALITY = { name: 'FrameLaterality', tag: 0x00209072 };
const FRAME_ANATOMY = 0x00209071;
const VIEW_POSITION = { name: 'ViewPosition', tag: 0x00185101 };
const VIEW_CODE = { name: 'ViewCodeSequence', tag: 0x00540220 };
const VIEW_MODIFIERS = { name: 'ViewModifierCodeSequence', tag: 0x00540222 };
const CODE_VALUE = 0x00080100;
const CODE_MEANING = 0x00080104;

/** Codes of the two screening views in SNOMED RT and SNOMED CT (context group 4014). */
const VIEW_OF_CODE: Readonly<Record<string, View>> = {
  'R-10242': 'CC',
  '399162004': 'CC',
  'R-10226': 'MLO',
  '399368009': 'MLO',
};

/** The breast, from the image before its frames before the series; other values than L and R are left out. */
export function readLaterality(
  dataSet: DicomDataSet,
  warnings: string[],
): DicomFact<Laterality> | undefined {
  const found = [
    textFact(dataSet, IMAGE_LATERALITY),
    ...functionalGroups(dataSet, FRAME_ANATOMY).map((item) => textFact(item, FRAME_LATERALITY)),
    textFact(dataSet, LATERALITY),
  ].filter((candidate) => candidate !== undefined);
  const [first] = found;
  if (first === undefined) return undefined;
  const { value, source } = first;
  if (value !== 'L' && value !== 'R') {
    warnings.push(`${source} must be L or R, got ${value}`);
    return undefined;
  }
  const other = found.find((candidate) => candidate.value !== value);
  if (other !== undefined) warnings.push(contradiction(first, other));
  return { value, source };
}

/** CC or MLO, from the view position before the view code; other views are left out. */
export function readView(dataSet: DicomDataSet, warnings: string[]): DicomFact<View> | undefined {
  const position = textFact(dataSet, VIEW_POSITION);
  const code = codedView(dataSet);
  const first = position ?? code;
  if (first === undefined) return undefined;
  const { value, source } = first;
  if (!isView(value)) {
    warnings.push(`${source} is neither CC nor MLO, got ${value}`);
    return undefined;
  }
  if (code !== undefined && code.value !== value) warnings.push(contradiction(first, code));
  return { value, source };
}

/** What the code meanings of the view modifiers say. */
export function readViewModifiers(dataSet: DicomDataSet): DicomFact<readonly string[]> | undefined {
  const [view] = sequenceItems(dataSet, VIEW_CODE.tag);
  const modifiers = view === undefined ? [] : sequenceItems(view, VIEW_MODIFIERS.tag);
  if (modifiers.length === 0) return undefined;
  return fact(
    VIEW_MODIFIERS,
    modifiers.map((item) => textValue(item, CODE_MEANING) ?? textValue(item, CODE_VALUE) ?? ''),
  );
}

function codedView(dataSet: DicomDataSet): DicomFact<string> | undefined {
  const [item] = sequenceItems(dataSet, VIEW_CODE.tag);
  const code = item && textValue(item, CODE_VALUE);
  if (item === undefined || code === undefined) return undefined;
  return fact(VIEW_CODE, VIEW_OF_CODE[code] ?? textValue(item, CODE_MEANING) ?? code);
}

function isView(value: string): value is View {
  return value === 'CC' || value === 'MLO';
}
