import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDicom } from '../src/dicom.ts';
import { readPgm } from '../src/pgm.ts';
import { readPng } from '../src/png.ts';
import { type GreyImage, resizeBicubic } from '../src/resize.ts';
import { readGoldens, readShared, sha256OfWords, skipReason } from './shared-data.ts';

const size = fc.integer({ min: 1, max: 40 });
const flat = (value: number, height: number, width: number): GreyImage => ({
  pixels: new Uint16Array(height * width).fill(value),
  height,
  width,
});

describe('resizeBicubic', () => {
  test('halves a row by the stretched Keys kernel', () => {
    // Output 0 of 4 → 2 is centred between inputs 0 and 1: its weights at distances 0.25, 0.25, 0.75, 1.25 (in stretched
    // units) are 111, 111, 29, −9 of 128; those left of the border are dropped.
    const image = { pixels: Uint16Array.of(1000, 2000, 4000, 8000), height: 1, width: 4 };
    const first = (111 * 1000 + 111 * 2000 + 29 * 4000 - 9 * 8000) / (111 + 111 + 29 - 9);
    const second = (111 * 8000 + 111 * 4000 + 29 * 2000 - 9 * 1000) / (111 + 111 + 29 - 9);
    const { pixels } = resizeBicubic(image, { height: 1, width: 2 });
    expect([...pixels]).toEqual([Math.round(first), Math.round(second)]);
  });

  test('leaves an image of the asked size as it is', () => {
    fc.assert(
      fc.property(fc.uint16Array({ minLength: 12, maxLength: 12 }), (pixels) => {
        const image = { pixels, height: 3, width: 4 };
        expect(resizeBicubic(image, image)).toEqual(image);
      }),
    );
  });

  test('keeps a constant image constant, also at both ends of the scale', () => {
    const value = fc.constantFrom(0, 1, 4095, 65535);
    fc.assert(
      fc.property(size, size, size, size, value, (height, width, newHeight, newWidth, grey) => {
        const target = { height: newHeight, width: newWidth };
        const resized = resizeBicubic(flat(grey, height, width), target);
        expect(resized).toEqual(flat(grey, newHeight, newWidth));
      }),
    );
  });

  test('commutes with mirroring', () => {
    const mirrored = ({ pixels, height, width }: GreyImage): GreyImage => ({
      pixels: Uint16Array.from(pixels, (_, index) => {
        const row = Math.floor(index / width);
        return pixels[row * width + (width - 1 - (index % width))]!;
      }),
      height,
      width,
    });
    fc.assert(
      fc.property(fc.uint16Array({ minLength: 30, maxLength: 30 }), size, size, (pixels, h, w) => {
        const image = { pixels, height: 5, width: 6 };
        const target = { height: h, width: w };
        const there = [...mirrored(resizeBicubic(image, target)).pixels];
        const back = [...resizeBicubic(mirrored(image), target).pixels];
        // Exact halves may round either way, as sums are taken in the other order.
        for (const [index, value] of there.entries()) {
          expect(Math.abs(value - back[index]!)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test.each([
    [{ height: 0, width: 2 }, 'size must have a positive height and width, got 0x2'],
    [{ height: 2, width: 1.5 }, 'size must have a positive height and width, got 2x1.5'],
  ])('%o: %s', (target, message) => {
    expect(() => resizeBicubic(flat(0, 2, 2), target)).toThrow(
      new RangeError(`resizeBicubic: ${message}`),
    );
  });

  test.each([
    [{ ...flat(0, 2, 2), width: 3 }, 'image must have 2 x 3 pixels, got 4'],
    [flat(0, 0, 2), 'image must have a positive height and width, got 0x2'],
  ])('%o: %s', (image, message) => {
    expect(() => resizeBicubic(image, { height: 1, width: 1 })).toThrow(
      new RangeError(`resizeBicubic: ${message}`),
    );
  });
});

interface Golden {
  readonly source: string;
  readonly target: readonly [number, number];
  readonly pil_bicubic_antialias: { readonly sha_u16le: string; readonly golden_png16?: string };
}

const sources = new Map<string, Promise<GreyImage>>();

function storedImage(path: string): Promise<GreyImage> {
  const image = sources.get(path) ?? readStored(path);
  sources.set(path, image);
  return image;
}

async function readStored(path: string): Promise<GreyImage> {
  const bytes = readShared(path);
  if (path.endsWith('.dcm')) {
    const { storedValues, rows, columns } = await readDicom(bytes);
    return { pixels: Uint16Array.from(storedValues), height: rows, width: columns };
  }
  const { pixels, height, width } = path.endsWith('.png') ? readPng(bytes) : readPgm(bytes);
  return { pixels: Uint16Array.from(pixels), height, width };
}

describe.skipIf(skipReason)(`resize goldens${skipReason}`, () => {
  const goldens = Object.entries(
    readGoldens<{ data: Record<string, Golden> }>('goldens/resize.json').data,
  );
  // The film's 8-bit values and simple ratios make sums that are exact halves; the golden's BLAS rounds some of them down.
  const exact = goldens.filter(([name]) => !name.includes('mini-mias'));
  const halves = goldens.filter(([, golden]) => golden.source.includes('mini-mias'));

  test.each(exact)('%s is bit-exact', async (_, golden) => {
    const [height, width] = golden.target;
    const { pixels } = resizeBicubic(await storedImage(golden.source), { height, width });
    expect(sha256OfWords(pixels)).toBe(golden.pil_bicubic_antialias.sha_u16le);
  });

  test.each(halves.filter(([, golden]) => golden.pil_bicubic_antialias.golden_png16))(
    '%s differs from Pillow by 1 in fewer than one pixel of 10,000',
    async (_, golden) => {
      const [height, width] = golden.target;
      const { pixels } = resizeBicubic(await storedImage(golden.source), { height, width });
      const pillow = readPng(readShared(golden.pil_bicubic_antialias.golden_png16!)).pixels;
      const differences = pixels.map((value, index) => Math.abs(value - pillow[index]!));
      expect(differences.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(1);
      expect(differences.filter((value) => value > 0).length).toBeLessThan(pixels.length / 10_000);
    },
  );
});
