import { formatTag } from './data-element.ts';
import { type DicomDataSet, sequenceItems } from './data-set.ts';
import { textValue } from './values.ts';

/** Something that a file says, and where it says it. */
export interface DicomFact<Value> {
  /** What it says, in the types of this package. */
  readonly value: Value;
  /** Attribute that the value is from, e.g. `ImageLaterality (0020,0062)`. */
  readonly source: string;
}

/** An attribute of the DICOM dictionary. */
export interface DicomAttribute {
  readonly name: string;
  readonly tag: number;
}

/** Functional groups of a multi-frame image, one item for all frames and one for each. */
export const SHARED_GROUPS = 0x52009229;
export const PER_FRAME_GROUPS = 0x52009230;

/** Names of the attributes that facts were from so far, by tag. */
const sources = new Map<number, string>();

/** A value with its attribute as the source. */
export function fact<Value>({ name, tag }: DicomAttribute, value: Value): DicomFact<Value> {
  const source = sources.get(tag) ?? `${name} ${formatTag(tag)}`;
  sources.set(tag, source);
  return { value, source };
}

/** The first text value of an attribute, if there is one. */
export function textFact(
  dataSet: DicomDataSet,
  attribute: DicomAttribute,
): DicomFact<string> | undefined {
  const value = textValue(dataSet, attribute.tag);
  return value === undefined || value === '' ? undefined : fact(attribute, value);
}

/** The items of a functional group of a multi-frame image: the shared ones first, then those of each frame. */
export function functionalGroups(dataSet: DicomDataSet, tag: number): readonly DicomDataSet[] {
  const groups = [SHARED_GROUPS, PER_FRAME_GROUPS].flatMap((groupsTag) =>
    sequenceItems(dataSet, groupsTag),
  );
  return groups.flatMap((group) => sequenceItems(group, tag));
}

/** The items of a functional group that apply to one frame: the shared ones first, then the frame's own. */
export function frameGroups(
  dataSet: DicomDataSet,
  tag: number,
  frame: number,
): readonly DicomDataSet[] {
  const own = sequenceItems(dataSet, PER_FRAME_GROUPS)[frame];
  const groups = [...sequenceItems(dataSet, SHARED_GROUPS), ...(own ? [own] : [])];
  return groups.flatMap((group) => sequenceItems(group, tag));
}

/** A warning of two facts that cannot both be true. */
export function contradiction(used: DicomFact<string>, other: DicomFact<string>): string {
  return `${used.source} is ${used.value}, but ${other.source} is ${other.value}: the former is used`;
}
