import { describe, expect, test } from 'vitest';
import { readDicom } from '../src/dicom.ts';
import { readMammogram } from '../src/mammogram.ts';
import { writePgm } from '../src/pgm.ts';
import { renderForDisplay } from '../src/render-for-display.ts';
import { type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';

const stored = Uint8Array.of(0, 10, 20, 30);

async function read(...set: ElementToWrite[]) {
  return readDicom(writeDicom({ elements: greyImage(stored, [2, 2], { set }) }));
}

const window: ElementToWrite[] = [
  [0x00281050, 'DS', '15'],
  [0x00281051, 'DS', '20'],
  [0x00281056, 'CS', 'LINEAR_EXACT'],
];
const voiStep = {
  step: 'voi',
  description: 'LINEAR_EXACT window, center 15, width 20',
  source: 'WindowCenter (0028,1050)',
};

describe('renderForDisplay', () => {
  test('applies the window of the file', async () => {
    const { pixels, applied, ...size } = renderForDisplay(await read(...window));
    expect([...pixels]).toEqual([0, 64, 191, 255]);
    expect(size).toEqual({ height: 2, width: 2 });
    expect(applied).toEqual([voiStep]);
  });

  test('inverts MONOCHROME1 and leaves padding black', async () => {
    const image = await read(...window, [0x00280004, 'CS', 'MONOCHROME1'], [0x00280120, 'US', [0]]);
    const { pixels, applied } = renderForDisplay(image);
    expect([...pixels]).toEqual([0, 191, 64, 0]);
    expect(applied).toEqual([
      voiStep,
      {
        step: 'inversion',
        description: 'MONOCHROME1',
        source: 'PhotometricInterpretation (0028,0004)',
      },
      {
        step: 'padding',
        description: '0 to 0 is black',
        source: 'PixelPaddingValue (0028,0120)',
      },
    ]);
  });

  test('without a window shows from the darkest to the brightest pixel, padding aside', async () => {
    const { pixels, applied } = renderForDisplay(await read([0x00280120, 'US', [0]]));
    expect([...pixels]).toEqual([0, 0, 128, 255]);
    expect(applied[0]).toEqual({
      step: 'voi',
      description: 'LINEAR_EXACT window, center 20, width 20',
      source: 'pixels',
    });
  });

  test('shows all that the bits allow if no window is wanted', async () => {
    const image = renderForDisplay(await read(...window), { voi: 'none' });
    expect([...image.pixels]).toEqual([...stored]);
    expect(image.applied).toEqual([]);
  });

  test('shows a mammogram of any format, through the caller’s window too', async () => {
    const mammogram = await readMammogram(writePgm({ pixels: stored, height: 2, width: 2 }));
    expect([...renderForDisplay(mammogram).pixels]).toEqual([0, 85, 170, 255]);
    expect([...renderForDisplay(mammogram, { voi: 'none' }).pixels]).toEqual([...stored]);
    const own = { center: 10 * 257, width: 1 };
    expect([...renderForDisplay(mammogram, { voi: own }).pixels]).toEqual([0, 255, 255, 255]);
  });

  test('reduces to the longest side', async () => {
    const image = renderForDisplay(await read(), { longestSide: 1 });
    expect(image).toMatchObject({ height: 1, width: 1 });
    expect(image.pixels[0]).toBeCloseTo(128, -1);
  });

  test('shows the frame that is asked for', async () => {
    const elements = greyImage(Uint8Array.of(1, 2, 3, 4), [1, 2], {
      set: [[0x00280008, 'IS', '2']],
    });
    const image = await readDicom(writeDicom({ elements }));
    expect([...renderForDisplay(image, { voi: 'none', frame: 1 }).pixels]).toEqual([3, 4]);
  });

  test.each([
    [{ frame: 1 }, 'frame must be an integer in 0..0, got 1'],
    [{ longestSide: 0 }, 'longestSide must be a positive integer, got 0'],
  ])('%j: %s', async (options, message) => {
    const image = await read();
    expect(() => renderForDisplay(image, options)).toThrow(
      new RangeError(`renderForDisplay: ${message}`),
    );
  });

  test.each([
    [{ voi: { window: 0 } }, 'only DICOM images have windows and tables to choose from'],
    [{ voi: { center: 1, width: 0 } }, 'the width of a LINEAR window must be at least 1, got 0'],
  ])('of a PGM: %j: %s', async (options, message) => {
    const mammogram = await readMammogram(writePgm({ pixels: stored, height: 2, width: 2 }));
    expect(() => renderForDisplay(mammogram, options)).toThrow(
      new RangeError(`renderForDisplay: ${message}`),
    );
  });

  test('refuses colour', async () => {
    const image = await read([0x00280004, 'CS', 'PALETTE COLOR']);
    expect(() => renderForDisplay(image)).toThrow(
      new TypeError(
        'renderForDisplay: the image must be MONOCHROME1 or MONOCHROME2, got PALETTE COLOR',
      ),
    );
  });
});
