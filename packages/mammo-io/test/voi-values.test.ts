import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DicomImage, readDicom } from '../src/dicom.ts';
import { modalityValues, paddingMask } from '../src/modality-values.ts';
import { placeInWindow, type VoiFunction } from '../src/value-transform.ts';
import { type VoiChoice, voiValues } from '../src/voi-values.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { readGoldens, readShared, skipReason } from './shared-data.ts';

const stored = Uint16Array.of(0, 10, 100, 1000, 4095);

async function read(...set: ElementToWrite[]): Promise<DicomImage> {
  const bits: ElementToWrite[] = [
    [0x00280101, 'US', [12]],
    [0x00280102, 'US', [11]],
  ];
  return readDicom(writeDicom({ elements: greyImage(stored, [1, 5], { set: [...bits, ...set] }) }));
}

const rescale = (slope: string, intercept: string): ElementToWrite[] => [
  [0x00281052, 'DS', intercept],
  [0x00281053, 'DS', slope],
];
const windows = (centers: string, widths: string): ElementToWrite[] => [
  [0x00281050, 'DS', centers],
  [0x00281051, 'DS', widths],
];
const table = (descriptor: number[], vr: string, data: ElementToWrite[2]): ElementToWrite[] => [
  [0x00283002, 'US', descriptor],
  [0x00283006, vr, data],
];

describe('modalityValues', () => {
  test('are the stored values where the file asks for nothing', async () => {
    const { values, range, applied } = modalityValues(await read());
    expect([...values]).toEqual([...stored]);
    expect({ range, applied }).toEqual({ range: { min: 0, max: 4095 }, applied: [] });
  });

  test('follow slope and intercept, and say so', async () => {
    const image = await read(...rescale('-.5', '10'), [0x00281054, 'LO', 'OD']);
    const { values, range, applied } = modalityValues(image);
    expect([...values]).toEqual([10, 5, -40, -490, -2037.5]);
    expect(range).toEqual({ min: -2037.5, max: 10 });
    expect(applied).toEqual([
      {
        step: 'modality',
        description: 'slope -0.5, intercept 10, unit OD',
        source: 'RescaleSlope (0028,1053)',
      },
    ]);
  });

  test.each<[string, ElementToWrite[]]>([
    ['16-bit', table([3, 10, 8], 'US', [7, 8, 9])],
    ['packed 8-bit', table([3, 10, 8], 'OW', Uint8Array.of(7, 8, 9, 0))],
  ])('of a %s table end with its ends', async (_, item) => {
    const image = await read([0x00283000, 'SQ', [item]]);
    const { values, range, applied } = modalityValues(image);
    expect([...values]).toEqual([7, 7, 9, 9, 9]);
    expect(range).toEqual({ min: 0, max: 255 });
    expect(applied[0]?.source).toBe('ModalityLUTSequence (0028,3000)');
  });

  test('paddingMask marks the padding range', async () => {
    const image = await read([0x00280120, 'US', [0]], [0x00280121, 'US', [10]]);
    expect([...paddingMask(image)]).toEqual([1, 1, 0, 0, 0]);
    expect([...paddingMask(await read())]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('placeInWindow', () => {
  test.each<[VoiFunction, number, number]>([
    ['LINEAR', 99.5, 0.5], // c − ½ is the middle
    ['LINEAR', 95, 0],
    ['LINEAR', 104, 1],
    ['LINEAR_EXACT', 100, 0.5],
    ['LINEAR_EXACT', 102.5, 0.75],
    ['LINEAR_EXACT', 95, 0],
    ['SIGMOID', 100, 0.5],
    ['SIGMOID', 105, 1 / (1 + Math.exp(-2))],
  ])('%s of width 10 at 100: %d is at %d', (shape, value, place) => {
    const window = { center: 100, width: 10, function: shape };
    expect(placeInWindow(window, value)).toBeCloseTo(place, 14);
  });

  test('a LINEAR window of width 1 is a step', () => {
    const window = { center: 8, width: 1 };
    expect([7, 7.5, 8].map((value) => placeInWindow(window, value))).toEqual([0, 0, 1]);
  });

  test('rises from 0 to 1', () => {
    const number = fc.double({ min: -1e5, max: 1e5, noNaN: true });
    const shape = fc.constantFrom<VoiFunction>('LINEAR', 'LINEAR_EXACT', 'SIGMOID');
    const width = fc.double({ min: 1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(number, number, number, width, shape, (a, b, center, span, name) => {
        const window = { center, width: span, function: name };
        const low = placeInWindow(window, Math.min(a, b));
        const high = placeInWindow(window, Math.max(a, b));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('voiValues', () => {
  const offered: ElementToWrite[] = [
    ...windows('100\\200', '11\\21'),
    [0x00281055, 'LO', 'NORMAL\\HARDER'],
    [0x00283010, 'SQ', [[...table([2, 10, 4], 'US', [3, 12]), [0x00283003, 'LO', 'SOFT']]]],
  ];

  test.each<[VoiChoice, number[], string]>([
    ['first', [3, 3, 12, 12, 12], 'table of 2 entries (SOFT)'],
    [{ table: 'SOFT' }, [3, 3, 12, 12, 12], 'table of 2 entries (SOFT)'],
    [{ window: 0 }, [0, 0, 2252.25, 4095, 4095], 'LINEAR window, center 100, width 11 (NORMAL)'],
    [{ window: 'HARDER' }, [0, 0, 0, 4095, 4095], 'LINEAR window, center 200, width 21 (HARDER)'],
    [
      { center: 60, width: 80, function: 'LINEAR_EXACT' },
      [0, 0, 4095, 4095, 4095],
      'LINEAR_EXACT window, center 60, width 80',
    ],
  ])('%j', async (voi, values, description) => {
    const result = voiValues(await read(...offered), { voi });
    expect([...result.values]).toEqual(values);
    expect(result.applied.map((step) => step.description)).toEqual([description]);
  });

  test('scale to the output that is asked for', async () => {
    const image = await read(...offered);
    const output = { min: 0, max: 30 };
    expect([...voiValues(image, { voi: { table: 0 }, output }).values]).toEqual([6, 6, 24, 24, 24]);
    expect(voiValues(image, { voi: 'none', output }).values[4]).toBe(30);
  });

  test('take the window of the asked frame from its functional groups', async () => {
    const group = (center: string): ElementToWrite[] => [
      [0x00289132, 'SQ', [windows(center, '10')]],
    ];
    const elements = greyImage(Uint16Array.of(1, 2), [1, 1], {
      set: [
        [0x00280008, 'IS', '2'],
        [0x52009230, 'SQ', [group('5'), group('7')]],
      ],
    });
    const { voiWindows } = await readDicom(writeDicom({ elements }), { frame: 1 });
    expect(voiWindows?.map(({ value }) => value.center)).toEqual([7]);
  });

  test.each<[VoiChoice, string]>([
    [{ window: 2 }, 'voi must name a window of the file (NORMAL, HARDER), got 2'],
    [{ table: 'X' }, 'voi must name a table of the file (SOFT), got X'],
    [{ center: 1, width: 0.5 }, 'the width of a LINEAR window must be at least 1, got 0.5'],
    [{ center: Number.NaN, width: 1 }, "a window's center must be a finite number, got NaN"],
  ])('%j: %s', async (voi, message) => {
    const image = await read(...offered);
    expect(() => voiValues(image, { voi })).toThrow(new RangeError(`voiValues: ${message}`));
  });

  test('voiValues: output must have min < max, got 1 and 1', async () => {
    const image = await read();
    expect(() => voiValues(image, { output: { min: 1, max: 1 } })).toThrow(
      new RangeError('voiValues: output must have min < max, got 1 and 1'),
    );
  });

  test.each<[string, ElementToWrite[]]>([
    [
      'RescaleSlope and RescaleIntercept must come together: neither is used',
      [[0x00281053, 'DS', '2']],
    ],
    [
      'RescaleSlope and RescaleIntercept must be numbers and the slope not 0, got 0 and 1: neither is used',
      rescale('0', '1'),
    ],
    ['WindowCenter and WindowWidth must have as many values, got 2 and 1', windows('1\\2', '3')],
    [
      'window 0 is left out: the width of a LINEAR window must be at least 1, got 0',
      windows('1', '0'),
    ],
    [
      'VOILUTFunction (0028,1056) must be LINEAR, LINEAR_EXACT or SIGMOID, got CUBIC: the windows are left out',
      [...windows('1', '3'), [0x00281056, 'CS', 'CUBIC']],
    ],
    [
      'a table of VOILUTSequence is left out: it needs 6 bytes for 3 entries, got 4',
      [[0x00283010, 'SQ', [table([3, 0, 12], 'US', [1, 2])]]],
    ],
    [
      'a table of VOILUTSequence is left out: its entries must have 1 to 16 bits, got 17',
      [[0x00283010, 'SQ', [table([1, 0, 17], 'US', [1])]]],
    ],
    [
      'a table of VOILUTSequence is left out: LUTDescriptor (0028,3002) is missing',
      [[0x00283010, 'SQ', [[[0x00283006, 'US', [1]]]]]],
    ],
    [
      'a table of ModalityLUTSequence is left out: LUTData (0028,3006) is missing',
      [[0x00283000, 'SQ', [[[0x00283002, 'US', [1, 0, 8]]]]]],
    ],
    [
      'PhotometricInterpretation (0028,0004) is MONOCHROME2, but PresentationLUTShape (2050,0020) is INVERSE: the former is used',
      [[0x20500020, 'CS', 'INVERSE']],
    ],
  ])('warns: %s', async (message, elements) => {
    expect((await read(...elements)).warnings).toEqual([message]);
  });
});

interface Samples {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly sample_rows: readonly number[];
  readonly sample_cols: readonly number[];
  readonly samples: readonly (readonly number[])[];
}

interface VoiGolden {
  readonly modality: Samples;
  readonly windowing?: readonly (Samples & { readonly index: number; readonly function: string })[];
  readonly voi_lut_sequence?: readonly (Samples & { readonly index: number })[];
}

describe.skipIf(skipReason)(`VOI goldens of pydicom${skipReason}`, () => {
  const { data } = readGoldens<{ data: Record<string, VoiGolden> }>('goldens/voi.json');
  // pydicom does not shift values whose high bit lies above the stored ones: that golden is of other values.
  const files = Object.entries(data).filter(
    ([name]) => name.endsWith('.dcm') && !/highbit15/.test(name),
  );

  test.each(files)('%s', { timeout: 30_000 }, async (name, golden) => {
    const image = await readDicom(readShared(name));
    expectSamples(modalityValues(image).values, image.columns, golden.modality);
    for (const window of golden.windowing ?? []) {
      const { values } = voiValues(image, { voi: { window: window.index } });
      expect(image.voiWindows?.[window.index]?.value.function).toBe(window.function);
      expectSamples(values, image.columns, window);
    }
    for (const lut of golden.voi_lut_sequence ?? []) {
      const { values } = voiValues(image, { voi: { table: lut.index } });
      expectSamples(values, image.columns, lut);
    }
  });
});

function expectSamples(values: Float64Array, columns: number, golden: Samples): void {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const mean = sum / values.length;
  let square = 0;
  for (let index = 0; index < values.length; index++) square += (values[index]! - mean) ** 2;
  expect(min).toBeCloseTo(golden.min, 9);
  expect(max).toBeCloseTo(golden.max, 9);
  expect(mean).toBeCloseTo(golden.mean, 7);
  expect(Math.sqrt(square / values.length)).toBeCloseTo(golden.std, 6);
  const samples = golden.sample_rows.map((row) =>
    golden.sample_cols.map((column) => values[row * columns + column]!),
  );
  // The goldens' samples have four decimals.
  for (const [row, expected] of golden.samples.entries()) {
    for (const [column, value] of expected.entries()) {
      expect(Math.abs(samples[row]![column]! - value)).toBeLessThanOrEqual(5.0001e-5);
    }
  }
}
