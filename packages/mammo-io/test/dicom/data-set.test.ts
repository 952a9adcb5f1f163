import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTag } from '../../src/dicom/data-element.ts';
import { readDataSet, sequenceItems } from '../../src/dicom/data-set.ts';
import { decimalValues, longLongValues, textValue, textValues } from '../../src/dicom/values.ts';
import {
  concatenate,
  type DataSetStyle,
  type ElementToWrite,
  writeElements,
} from './dicom-writer.ts';

const styles: readonly DataSetStyle[] = [
  {},
  { explicit: false },
  { littleEndian: false },
  { delimited: true },
  { explicit: false, delimited: true },
];

function read(bytes: Uint8Array, style: DataSetStyle = {}) {
  const { explicit = true, littleEndian = true } = style;
  const encoding = { explicit, littleEndian };
  return readDataSet(bytes, { start: 0, end: bytes.length, encoding });
}

const inner: ElementToWrite = [0x00080104, 'LO', 'deep'];
const nested: ElementToWrite = [
  0x00540220,
  'SQ',
  [
    [
      [0x00080100, 'SH', 'A'],
      [0x00540222, 'SQ', [[inner], []]],
    ],
    [[0x00080100, 'SH', 'B']],
  ],
];
const last: ElementToWrite = [0x00600010, 'LO', 'end'];

describe('readDataSet', () => {
  test.each(styles)('%j: sequences are read to any depth', (style) => {
    const dataSet = read(writeElements([nested, last], style), style);
    const items = sequenceItems(dataSet, 0x00540220);
    expect(items.map((item) => textValue(item, 0x00080100))).toEqual(['A', 'B']);
    const [first, second] = sequenceItems(items[0]!, 0x00540222);
    expect(textValue(first!, 0x00080104)).toBe('deep');
    expect(second?.elements.size).toBe(0);
    expect(textValue(dataSet, 0x00600010)).toBe('end');
  });

  test('a sequence of unknown VR is implicit little endian', () => {
    const item = writeElements([inner], { explicit: false });
    const header = [0xfe, 0xff, 0x00, 0xe0, item.length, 0, 0, 0];
    const value = concatenate([Uint8Array.from(header), item]);
    const dataSet = read(writeElements([[0x00091001, 'UN', value], last], {}));
    const [first] = sequenceItems(dataSet, 0x00091001);
    expect(textValue(first!, 0x00080104)).toBe('deep');
  });

  test('64-bit lengths of unsigned very long elements do not shift what follows', () => {
    const offsets = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 1, 0, 0, 0);
    const dataSet = read(writeElements([[0x00091001, 'OV', offsets], last], {}));
    expect(longLongValues(dataSet, 0x00091001)).toEqual([0, 2 ** 32 + 260]);
    expect(longLongValues(dataSet, 0x00091002)).toEqual([]);
    expect(textValue(dataSet, 0x00600010)).toBe('end');
  });

  test('values lose their padding; empty ones are absent', () => {
    const dataSet = read(
      writeElements(
        [
          [0x00080008, 'CS', 'DERIVED\\ PRIMARY \\'],
          [0x00080060, 'CS', ''],
          [0x00080070, 'LO', '  '],
          [0x00181114, 'DS', '1.5\\\\x'],
        ],
        {},
      ),
    );
    expect(textValues(dataSet, 0x00080008)).toEqual(['DERIVED', 'PRIMARY', '']);
    expect(textValue(dataSet, 0x00080060)).toBeUndefined();
    expect(textValue(dataSet, 0x00080070)).toBeUndefined();
    expect(decimalValues(dataSet, 0x00181114)).toEqual([1.5, Number.NaN, Number.NaN]);
  });

  test('sequenceItems of an element that is no sequence has none', () => {
    expect(sequenceItems(read(writeElements([last], {})), 0x00600010)).toEqual([]);
    expect(sequenceItems(read(writeElements([last], {})), 0x00600011)).toEqual([]);
  });

  test('any bytes are refused by an ImageFileError or read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...styles), (bytes, style) => {
        try {
          expect(read(bytes, style).end).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toHaveProperty('name', 'ImageFileError');
        }
      }),
      { numRuns: 2000 },
    );
  });

  const open = [0xff, 0xff, 0xff, 0xff];
  const item = [0xfe, 0xff, 0x00, 0xe0];
  const sequence = [0x54, 0x00, 0x20, 0x02, 0x53, 0x51, 0, 0];

  test.each([
    ['the file ends inside an element header', [0x08, 0, 0x60, 0, 0x43, 0x53]],
    ['the file ends inside an element header', [...sequence, 0, 0]],
    [
      'the file ends inside element (0008,0060): its value needs 9 bytes, 1 are left',
      [0x08, 0, 0x60, 0, 0x43, 0x53, 9, 0, 0x4d],
    ],
    [
      'element (0008,0061) has no value representation',
      [...writeElements([[0x00080060, 'CS', 'MG']], {}), 0x08, 0, 0x61, 0, 0, 0, 0, 0],
    ],
    ['the file ends inside a sequence item', [...sequence, ...open, ...item, ...open]],
    [
      'a sequence item must follow, got element (0000,0000)',
      [...sequence, ...open, 0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [
      'a fragment of the pixel data has no length',
      [0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, ...open, ...item, ...open],
    ],
    [
      'sequences nest deeper than 32',
      Array(40)
        .fill([...sequence, ...open, ...item, ...open])
        .flat(),
    ],
  ])('%s', (message, bytes) => {
    expect(() => read(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ name: 'ImageFileError', message }),
    );
  });
});

test('formatTag writes tags as the standard does', () => {
  expect([0x7fe00010, 0x00080060, 0xfffee0dd].map(formatTag)).toEqual([
    '(7FE0,0010)',
    '(0008,0060)',
    '(FFFE,E0DD)',
  ]);
});
