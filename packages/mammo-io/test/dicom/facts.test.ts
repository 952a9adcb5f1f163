import { describe, expect, test } from 'vitest';
import { readDicom } from '../../src/dicom.ts';
import { readShared, skipReason } from '../shared-data.ts';
import { type DataSetStyle, type ElementToWrite, greyImage, writeDicom } from './dicom-writer.ts';

async function factsOf(set: readonly ElementToWrite[], style: DataSetStyle = {}) {
  const elements = greyImage(Uint16Array.of(1), [1, 1], { set });
  return readDicom(writeDicom({ elements, ...style }));
}

const imageLaterality = (side: string): ElementToWrite => [0x00200062, 'CS', side];
const laterality = (side: string): ElementToWrite => [0x00200060, 'CS', side];
const frameLaterality = (side: string): ElementToWrite => [
  0x52009229,
  'SQ',
  [[[0x00209071, 'SQ', [[[0x00209072, 'CS', side]]]]]],
];
const position = (view: string): ElementToWrite => [0x00185101, 'CS', view];
const viewCode = (code: string, ...more: ElementToWrite[]): ElementToWrite => [
  0x00540220,
  'SQ',
  [[[0x00080100, 'SH', code], [0x00080104, 'LO', 'some view'], ...more]],
];

describe('laterality', () => {
  test.each([
    [[imageLaterality('R'), laterality('R')], 'R', 'ImageLaterality (0020,0062)'],
    [[frameLaterality('L')], 'L', 'FrameLaterality (0020,9072)'],
    [[laterality('L ')], 'L', 'Laterality (0020,0060)'],
  ])('%j is %s by %s', async (set, value, source) => {
    expect(await factsOf(set)).toMatchObject({ laterality: { value, source }, warnings: [] });
  });

  test('another value than L and R is left out', async () => {
    const image = await factsOf([imageLaterality('B')]);
    expect(image).not.toHaveProperty('laterality');
    expect(image.warnings).toEqual(['ImageLaterality (0020,0062) must be L or R, got B']);
  });

  test('the image is believed rather than the series', async () => {
    const image = await factsOf([imageLaterality('L'), laterality('R')]);
    expect(image.laterality?.value).toBe('L');
    expect(image.warnings).toEqual([
      'ImageLaterality (0020,0062) is L, but Laterality (0020,0060) is R: the former is used',
    ]);
  });
});

describe('view', () => {
  test.each([
    [[position('CC')], 'CC', 'ViewPosition (0018,5101)'],
    [[position('MLO'), viewCode('R-10226')], 'MLO', 'ViewPosition (0018,5101)'],
    [[viewCode('R-10242')], 'CC', 'ViewCodeSequence (0054,0220)'],
    [[viewCode('399368009')], 'MLO', 'ViewCodeSequence (0054,0220)'],
  ])('%j is %s by %s', async (set, value, source) => {
    expect(await factsOf(set)).toMatchObject({ view: { value, source }, warnings: [] });
    expect(await factsOf(set, { delimited: true })).toMatchObject({ view: { value, source } });
  });

  test.each([
    [[position('ML')], 'ViewPosition (0018,5101) is neither CC nor MLO, got ML'],
    [[viewCode('R-10224')], 'ViewCodeSequence (0054,0220) is neither CC nor MLO, got some view'],
  ])('%j is left out: %s', async (set, warning) => {
    const image = await factsOf(set);
    expect(image).not.toHaveProperty('view');
    expect(image.warnings).toEqual([warning]);
  });

  test('the view position is believed rather than the view code', async () => {
    const image = await factsOf([position('CC'), viewCode('R-10226')]);
    expect(image.view?.value).toBe('CC');
    expect(image.warnings).toEqual([
      'ViewPosition (0018,5101) is CC, but ViewCodeSequence (0054,0220) is MLO: the former is used',
    ]);
  });

  test('its modifiers are given by their meanings', async () => {
    const modifiers: ElementToWrite = [0x00540222, 'SQ', [[[0x00080104, 'LO', 'Magnification']]]];
    const { viewModifiers } = await factsOf([viewCode('R-10242', modifiers)]);
    expect(viewModifiers?.value).toEqual(['Magnification']);
  });
});

describe('pixel spacing', () => {
  const spacing = (value: string): ElementToWrite => [0x00280030, 'DS', value];
  const imager = (value: string): ElementToWrite => [0x00181164, 'DS', value];
  const measures: ElementToWrite = [
    0x52009230,
    'SQ',
    [[[0x00289110, 'SQ', [[spacing('.1\\.2')]]]]],
  ];

  test.each([
    [[spacing('0.07\\0.08'), imager('0.07\\0.08')], 0.07, 0.08, 'PixelSpacing (0028,0030)'],
    [[imager('0.07\\7e-2')], 0.07, 0.07, 'ImagerPixelSpacing (0018,1164)'],
    [[measures], 0.1, 0.2, 'PixelSpacing (0028,0030)'],
  ])('%j is %d by %d mm by %s', async (set, row, column, source) => {
    const { pixelSpacingMm, warnings } = await factsOf(set);
    expect(pixelSpacingMm).toEqual({ value: { row, column }, source });
    expect(warnings).toEqual([]);
  });

  test('the spacing in the patient is preferred to another at the detector', async () => {
    const { pixelSpacingMm, warnings } = await factsOf([spacing('1\\1'), imager('2\\2')]);
    expect(pixelSpacingMm?.value).toEqual({ row: 1, column: 1 });
    expect(warnings).toEqual([
      'PixelSpacing (0028,0030) and ImagerPixelSpacing (0018,1164) differ: the former is used',
    ]);
  });

  test.each(['0.1', '0.1\\x', '-1\\1', '\\'])('%j is left out', async (value) => {
    const { pixelSpacingMm, warnings } = await factsOf([spacing(value)]);
    expect(pixelSpacingMm).toBeUndefined();
    expect(warnings.join()).toMatch(value === '\\' ? /^$/ : /must be two positive numbers, got/);
  });
});

describe('other facts', () => {
  test('intent, burned-in text, maker, magnification and padding are read', async () => {
    const image = await factsOf([
      [0x00080068, 'CS', 'FOR PROCESSING'],
      [0x00280301, 'CS', 'YES'],
      [0x00080070, 'LO', 'Müller'],
      [0x00181114, 'DS', '1.8'],
      [0x00280120, 'US', [30]],
      [0x00280121, 'US', [0]],
    ]);
    expect(image).toMatchObject({
      presentationIntent: { value: 'FOR PROCESSING' },
      burnedInAnnotation: { value: true },
      manufacturer: { source: 'Manufacturer (0008,0070)' },
      magnificationFactor: { value: 1.8 },
      paddingRange: { value: { from: 0, to: 30 } },
    });
  });

  test('a name in UTF-8 is read as such', async () => {
    const image = await factsOf([
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x00080070, 'LO', new TextEncoder().encode('Müller')],
    ]);
    expect(image.manufacturer?.value).toBe('Müller');
  });

  test.each([
    [
      [0x00080068, 'CS', 'RAW'] as const,
      'PresentationIntentType (0008,0068) must be FOR PROCESSING or FOR PRESENTATION, got RAW',
    ],
    [[0x00280301, 'CS', 'N'] as const, 'BurnedInAnnotation (0028,0301) must be YES or NO, got N'],
  ])('%j: %s', async (element, warning) => {
    expect((await factsOf([element])).warnings).toEqual([warning]);
  });

  test('padding of signed pixels is signed', async () => {
    const { paddingRange } = await factsOf([
      [0x00280103, 'US', [1]],
      [0x00280120, 'SS', [63536]],
    ]);
    expect(paddingRange?.value).toEqual({ from: -2000, to: -2000 });
  });
});

describe.skipIf(skipReason)(`facts of real files${skipReason}`, () => {
  const variant = (name: string) => readDicom(readShared(`derived-dicom/variants/${name}.dcm`));

  test('a GE mammogram', async () => {
    const image = await readDicom(readShared('mammograms/dicom/ge_essential_R_MLO_jpegll70.dcm'));
    expect(image).toMatchObject({
      laterality: { value: 'R', source: 'ImageLaterality (0020,0062)' },
      view: { value: 'MLO', source: 'ViewPosition (0018,5101)' },
      presentationIntent: { value: 'FOR PRESENTATION' },
      pixelSpacingMm: { source: 'ImagerPixelSpacing (0018,1164)' },
      paddingRange: { value: { from: 0, to: 30 } },
      manufacturer: { value: 'GE MEDICAL SYSTEMS' },
    });
  });

  test.each([
    ['geo_left_cc_breast_on_left', { laterality: { value: 'L' }, view: { value: 'CC' } }],
    [
      'geo_laterality_only_no_imagelaterality',
      { laterality: { value: 'R', source: 'Laterality (0020,0060)' } },
    ],
    [
      'geo_viewposition_absent_code_only',
      { view: { value: 'MLO', source: 'ViewCodeSequence (0054,0220)' } },
    ],
    ['geo_pixelspacing_calibrated', { pixelSpacingMm: { source: 'PixelSpacing (0028,0030)' } }],
    ['geo_mag_factor1.8', { magnificationFactor: { value: 1.8 } }],
    ['flag_implant_burnedin', { burnedInAnnotation: { value: true } }],
    ['mono1_14bit_forprocessing', { presentationIntent: { value: 'FOR PROCESSING' } }],
  ])('%s', async (name, facts) => {
    expect(await variant(name)).toMatchObject(facts);
  });

  test('an absent spacing is left out', async () => {
    expect(await variant('geo_spacing_absent')).not.toHaveProperty('pixelSpacingMm');
  });

  test('view modifiers', async () => {
    const { viewModifiers } = await variant('geo_spot_magnification_modifiers');
    expect(viewModifiers?.value).toHaveLength(2);
  });
});
