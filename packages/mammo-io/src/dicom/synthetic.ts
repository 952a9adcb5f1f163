import { SYNTHETIC_STATEMENT, type SyntheticMark } from '../synthetic-mark.ts';
import { copyElement } from './copy-elements.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { type DicomFact, fact, textFact } from './fact.ts';
import { textValue } from './values.ts';
import { codeSequence, type ElementToWrite, textElement } from './write-data-set.ts';

const SYNTHETIC_DATA = { name: 'SyntheticData', tag: 0x0008001c };
const DERIVATION_CODE = { name: 'DerivationCodeSequence', tag: 0x00089215 };
const IMAGE_COMMENTS = { name: 'ImageComments', tag: 0x00204000 };
const SERIES_DESCRIPTION = 0x0008103e;
const DERIVATION_DESCRIPTION = 0x00082111;
/** What tells who made an image and how, without being needed to recognise it. */
const STATED_TEXTS = new Set([SERIES_DESCRIPTION, DERIVATION_DESCRIPTION]);
const CODE = { value: 'SYNTHETIC', scheme: '99MAMMO', meaning: 'Image made by a program' };

/**
 * The mark of a synthetic image, in five places, so that it outlives a program that drops some: Synthetic Data, derivation
 * code and description, series description, and image comments.
 *
 * @see DICOM PS3.3 section C.12.1 (Synthetic Data), C.7.6.1.1.3 (derivation)
 */
export function markElements({ program, version, description }: SyntheticMark): ElementToWrite[] {
  return [
    textElement(SYNTHETIC_DATA.tag, 'CS', 'YES'),
    codeSequence(DERIVATION_CODE.tag, CODE),
    textElement(DERIVATION_DESCRIPTION, 'ST', `${description}. ${SYNTHETIC_STATEMENT}`),
    textElement(SERIES_DESCRIPTION, 'LO', `SYNTHETIC by ${program}`),
    textElement(
      IMAGE_COMMENTS.tag,
      'LT',
      `${SYNTHETIC_STATEMENT} ${program} ${version}: ${description}`,
    ),
  ];
}

/**
 * The mark of a file that is synthetic, for another file of its pixels: how it was derived and what its series is called as
 * stated there, the rest made anew by `mark`, so that it is whole again.
 */
export function keptMark(dataSet: DicomDataSet, mark: SyntheticMark): ElementToWrite[] {
  return markElements(mark).map((made) => {
    const stated = STATED_TEXTS.has(made.tag) ? dataSet.elements.get(made.tag) : undefined;
    return stated && stated.length > 0 ? copyElement(dataSet, stated, made.vr) : made;
  });
}

/** The equipment that made the pixels, as an item of the contributing equipment. */
export function contributingEquipment({
  program,
  version,
  description,
}: SyntheticMark): readonly ElementToWrite[] {
  return [
    textElement(0x00080070, 'LO', 'mammo-io (synthetic images)'), // Manufacturer
    textElement(0x00081090, 'LO', program), // ManufacturerModelName
    textElement(0x00181020, 'LO', version), // SoftwareVersions
    textElement(0x0018a003, 'ST', description), // ContributionDescription
    codeSequence(0x0040a170, {
      value: '109102',
      scheme: 'DCM',
      meaning: 'Processing Equipment',
    }),
  ];
}

/** Whether the file says that its image was made by a program: `true` if any part of the mark is there. */
export function readSynthetic(dataSet: DicomDataSet): DicomFact<boolean> | undefined {
  const stated = textFact(dataSet, SYNTHETIC_DATA);
  if (stated?.value === 'YES') return { ...stated, value: true };
  const coded = sequenceItems(dataSet, DERIVATION_CODE.tag).some(
    (item) =>
      textValue(item, 0x00080100) === CODE.value && textValue(item, 0x00080102) === CODE.scheme,
  );
  if (coded) return fact(DERIVATION_CODE, true);
  if (textFact(dataSet, IMAGE_COMMENTS)?.value.includes(SYNTHETIC_STATEMENT)) {
    return fact(IMAGE_COMMENTS, true);
  }
  return stated?.value === 'NO' ? { ...stated, value: false } : undefined;
}
