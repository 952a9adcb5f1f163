import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breastOrientation, hangImage } from '../src/breast-orientation.ts';
import { erode } from '../src/erode.ts';
import { findBreast } from '../src/find-breast.ts';
import { largestComponent } from '../src/largest-component.ts';
import { readMammogram } from '../src/mammogram.ts';
import type { GreyImage } from '../src/resize.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { readGoldens, readShared, skipReason } from './shared-data.ts';

/** A picture of digits, in hundreds. */
const picture = (...rows: string[]): GreyImage => ({
  pixels: Uint16Array.from(rows.join(''), (digit) => Number(digit) * 100),
  height: rows.length,
  width: rows[0]!.length,
});

/** A half disc of 300 on the left of 64 × 40, a label on the right, and a level everywhere else. */
function halfDisc(background = 0): GreyImage {
  const [height, width] = [64, 40];
  const pixels = new Uint16Array(height * width).fill(background);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if ((row - 32) ** 2 + column ** 2 < 400) pixels[row * width + column] = 3000;
    }
  }
  for (let row = 2; row < 6; row++) pixels.fill(4000, row * width + 33, row * width + 38);
  return { pixels, height, width };
}

describe('largestComponent', () => {
  test('joins runs by their edges, not their corners', () => {
    const mask = picture('110001', '010110', '011100', '000001').pixels.map((value) => value / 100);
    expect(largestComponent(Uint8Array.from(mask), { height: 4, width: 6 })).toEqual({
      area: 8,
      window: { top: 0, bottom: 3, left: 0, right: 5 },
    });
    expect(largestComponent(new Uint8Array(4), { height: 2, width: 2 })).toBeUndefined();
  });

  test('has the area that flooding finds', () => {
    const mask = fc.uint8Array({ min: 0, max: 1, minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(mask, (pixels) => {
        const component = largestComponent(pixels, { height: 5, width: 6 });
        expect(component?.area ?? 0).toBe(largestFlood(pixels, 5, 6));
      }),
    );
  });
});

function largestFlood(mask: Uint8Array, height: number, width: number): number {
  const left = mask.slice();
  const flood = (row: number, column: number): number => {
    const outside = row < 0 || column < 0 || row >= height || column >= width;
    if (outside || left[row * width + column] === 0) return 0;
    left[row * width + column] = 0;
    const sides = [flood(row - 1, column), flood(row + 1, column), flood(row, column - 1)];
    return 1 + sides.reduce((sum, area) => sum + area, 0) + flood(row, column + 1);
  };
  return Math.max(...mask.map((_, index) => flood(Math.floor(index / width), index % width)));
}

test('erode keeps what a diamond around it fits into', () => {
  const image = picture('1111111', '1111111', '1110111', '1111111', '1111111');
  const shown = (radius: number) =>
    [...erode(image, { above: 0, radius })].join('').match(/.{7}/g) ?? [];
  expect(shown(1)).toEqual(['0000000', '0110110', '0100010', '0110110', '0000000']);
  expect(shown(0)[2]).toBe('1110111');
});

describe('findBreast', () => {
  test('leaves the label out and keeps a margin, but not at the chest wall', () => {
    const window = findBreast(halfDisc(), { chestWall: 'left', margin: 3 });
    expect(window).toMatchObject({ top: 10, bottom: 55, left: 0, right: 23 });
    expect(window.breast).toEqual({ top: 13, bottom: 52, left: 0, right: 20 });
    expect(window).toMatchObject({ method: 'nonzero', above: 0, opening: 5, chestWallDistance: 0 });
    expect(findBreast(halfDisc(), { chestWall: 'right' }).chestWallDistance).toBe(20);
  });

  test('tells film from its background by a threshold', () => {
    const window = findBreast(halfDisc(500), { chestWall: 'left', margin: 3 });
    expect(window).toMatchObject({ method: 'otsu', top: 10, bottom: 55, left: 0, right: 23 });
    expect(window.above).toBeGreaterThanOrEqual(500);
    expect(window.above).toBeLessThan(3000);
  });

  test('takes thin foreground where nothing survives the opening', () => {
    const image = picture('0000', '0110', '0000');
    const window = findBreast(image, { chestWall: 'left', margin: 0, opening: 2 });
    expect(window).toMatchObject({ top: 1, bottom: 2, left: 1, right: 3, opening: 0 });
  });

  test('is the whole of an empty image', () => {
    const window = findBreast(picture('00', '00'), { chestWall: 'left' });
    expect(window).toMatchObject({ method: 'whole', top: 0, bottom: 2, left: 0, right: 2 });
  });

  test.each([
    [{ margin: -1 }, 'margin must be an integer in 0..65534, got -1'],
    [{ opening: 0.5 }, 'opening must be an integer in 0..65534, got 0.5'],
  ])('%j: %s', (options, message) => {
    expect(() => findBreast(picture('1'), { chestWall: 'left', ...options })).toThrow(
      new RangeError(`findBreast: ${message}`),
    );
  });
});

describe('breastOrientation', () => {
  const stated = (row: string, column: string) => ({
    patientOrientation: { value: { row, column }, source: 'PatientOrientation (0020,0020)' },
  });

  test('sees the chest wall on the side where the breast is cut off', () => {
    expect(breastOrientation(halfDisc())).toEqual({
      chestWall: 'left',
      source: 'pixels',
      inPixels: 'left',
      warnings: [],
    });
  });

  test('believes the file where the pixels are unclear', () => {
    const even = picture('1111', '1111');
    expect(breastOrientation(even, stated('P', 'FL'))).toMatchObject({
      chestWall: 'right',
      source: 'PatientOrientation (0020,0020)',
      inPixels: 'unclear',
      stated: 'right',
      upsideDown: false,
    });
    expect(breastOrientation(even)).toEqual({ inPixels: 'unclear', warnings: [] });
  });

  test('warns where pixels and file disagree', () => {
    const { chestWall, warnings } = breastOrientation(halfDisc(), stated('P', 'FL'));
    expect(chestWall).toBe('left');
    expect(warnings).toEqual([
      'PatientOrientation (0020,0020) tells that the chest wall is on the right, but in the pixels the breast is on the left: the pixels are believed',
    ]);
  });

  test.each([
    ['A', 'HR', {}, true],
    ['A', 'FR', {}, false],
    ['A', 'R', { laterality: 'L', view: 'CC' }, false],
    ['A', 'L', { laterality: 'L', view: 'CC' }, true],
    ['P', 'L', { laterality: 'R', view: 'CC' }, false],
    ['A', 'R', {}, undefined],
  ] as const)('%s\\%s of %j is upside down: %s', (row, column, file, expected) => {
    const orientation = breastOrientation(halfDisc(), { ...stated(row, column), ...file });
    expect(orientation.upsideDown).toBe(expected);
  });

  test('warns of images that lie on their side', () => {
    expect(breastOrientation(halfDisc(), stated('F', 'A')).warnings).toEqual([
      'PatientOrientation (0020,0020) is F\\A: the chest wall is neither left nor right',
    ]);
  });

  test('hangImage brings the chest wall to the asked side and the head up', () => {
    const image = picture('9000', '9910', '9000', '9000');
    const orientation = breastOrientation(image, stated('A', 'HR'));
    const hung = hangImage(image, { orientation, chestWall: 'right' });
    expect([...hung.pixels.subarray(8, 12)]).toEqual([0, 100, 900, 900]);
    const still = hangImage(image, { orientation: breastOrientation(image), chestWall: 'left' });
    expect(still.pixels).toEqual(image.pixels);
  });

  test('readMammogram gives what the file states', async () => {
    const read = (...set: ElementToWrite[]) =>
      readMammogram(writeDicom({ elements: greyImage(Uint8Array.of(1, 2), [1, 2], { set }) }));
    const { patientOrientation } = await read([0x00200020, 'CS', 'P\\FL']);
    expect(patientOrientation?.value).toEqual({ row: 'P', column: 'FL' });
    const { warnings } = await read([0x00200020, 'CS', 'X\\FL']);
    expect(warnings).toEqual(['PatientOrientation (0020,0020) must be two directions, got X\\FL']);
  });
});

interface CropGolden {
  readonly chest_wall_side_in_stored_image: 'left' | 'right';
  readonly largest_component_bbox_tblr: readonly number[];
  readonly nyukat_window_tblr: readonly number[];
  readonly distance_from_starting_side: number;
}

describe.skipIf(skipReason)(`crop goldens of NYU's code${skipReason}`, () => {
  const { data } = readGoldens<{ data: Record<string, CropGolden> }>('goldens/crop.json');

  test.each(Object.entries(data))('%s', { timeout: 30_000 }, async (name, golden) => {
    const bits = name.endsWith('.png') ? { bitsStored: 12 } : {};
    const mammogram = await readMammogram(readShared(name), bits);
    const chestWall = golden.chest_wall_side_in_stored_image;
    expect(breastOrientation(mammogram, mammogram)).toMatchObject({ chestWall, warnings: [] });
    const found = findBreast(mammogram, { chestWall, method: 'nonzero' });
    const edges = ({ top, bottom, left, right }: typeof found.breast) => [top, bottom, left, right];
    expect(edges(found.breast)).toEqual(golden.largest_component_bbox_tblr);
    expect(edges(found)).toEqual(golden.nyukat_window_tblr);
    expect(found.chestWallDistance).toBe(golden.distance_from_starting_side);
    const film = name.includes('film');
    const automatic = findBreast(mammogram, { chestWall });
    expect(automatic.method).toBe(film ? 'otsu' : 'nonzero');
    if (film)
      expect(automatic.right).toBeLessThan(2300); // the right third of the film is background
    else expect(edges(automatic)).toEqual(golden.nyukat_window_tblr);
  });
});
