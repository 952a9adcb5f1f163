import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../src/controls/gaussian-blur.ts';
import { differenceImage } from '../src/fidelity/difference-image.ts';
import { fidelityAccumulator, imageFidelity } from '../src/fidelity/image-fidelity.ts';
import { energyInMask, energyInTopPixels } from '../src/fidelity/localisation.ts';
import { nmseSums } from '../src/fidelity/nmse.ts';
import { structuralSimilarity } from '../src/fidelity/ssim.ts';

interface Golden {
  readonly real: number[];
  readonly fake: number[];
  readonly mask: number[];
  readonly blur: Record<string, number[]>;
  readonly [name: string]: unknown;
}

const { cases, height, width } = JSON.parse(
  readFileSync(new URL('fixtures/fidelity/data.json', import.meta.url), 'utf8'),
) as { cases: Golden[]; height: number; width: number };
const geometry = { height, width, maximum: 65535 };
const arrays = (golden: Golden) => ({
  real: Uint16Array.from(golden.real),
  fake: Uint16Array.from(golden.fake),
  mask: Uint8Array.from(golden.mask),
});
const close = (actual: number | null, expected: unknown) =>
  expect(Math.abs(actual! - (expected as number))).toBeLessThan(
    1e-10 * Math.abs(expected as number),
  );

describe('fidelity', () => {
  it.each([0, 1])('of golden %i agrees with numpy', (index) => {
    const golden = cases[index]!;
    const { real, fake, mask } = arrays(golden);
    const fidelity = imageFidelity(real, fake, { ...geometry, lesion: mask });
    close(fidelity.nmse.value, golden.nmse);
    close(fidelity.psnr.value, golden.psnr);
    close(fidelity.ssim.value, golden.ssimUniform);
    close(fidelity.lInfinity, golden.greatestChange);
    close(fidelity.changedArea.value, golden.changedArea);
    close(fidelity.localisation!.energyShare, golden.energyShare);
    close(fidelity.localisation!.areaShare, golden.areaShare);
    close(energyInTopPixels(real, fake, geometry), golden.topEnergy);
    close(
      structuralSimilarity(real, fake, { ...geometry, window: 'gaussian-11' }).value,
      golden.ssimGaussian,
    );
    close(nmseSums(real, fake, geometry).squaredNorm, golden.squaredNorm);
  });

  it('does not depend on the type or range of the pixels', () => {
    const { real, fake, mask } = arrays(cases[0]!);
    const scale = (values: Uint16Array) => Float64Array.from(values, (value) => value / 65535);
    const a = imageFidelity(real, fake, { ...geometry, lesion: mask });
    const b = imageFidelity(scale(real), scale(fake), { ...geometry, maximum: 1, lesion: mask });
    close(b.nmse.value, a.nmse.value);
    close(b.ssim.value, a.ssim.value);
    close(b.localisation!.enrichment, a.localisation!.enrichment);
  });

  it('of a set is one ratio for Loss_gen1 and means for the rest', () => {
    const accumulator = fidelityAccumulator(geometry);
    const parts = cases.map((golden) => {
      const { real, fake, mask } = arrays(golden);
      return accumulator.add(real, fake, { lesion: mask });
    });
    const summary = accumulator.summary();
    const sum = (key: string) =>
      cases.reduce((total, golden) => total + (golden[key] as number), 0);
    close(summary.nmse.value, sum('squaredError') / sum('squaredNorm'));
    close(summary.imageNmse.mean, (parts[0]!.nmse.value! + parts[1]!.nmse.value!) / 2);
    close(summary.psnr.mean, sum('psnr') / 2);
    close(summary.localisation!.enrichment, sum('energyShare') / sum('areaShare'));
    expect(summary).toMatchObject({ images: 2, identical: 0, ssimWindow: 'uniform-7' });
  });

  it('of an identical fake has no PSNR, and is counted', () => {
    const { real, mask } = arrays(cases[0]!);
    const accumulator = fidelityAccumulator(geometry);
    const none = { status: 'not-requested', value: null };
    expect(accumulator.add(real, real, { lesion: mask })).toEqual({
      identical: true,
      pixels: 1280,
      l0: 0,
      l1: 0,
      l2: 0,
      lInfinity: 0,
      nmse: { status: 'ok', value: 0 },
      psnr: { status: 'identical', value: null },
      ssim: { status: 'ok', value: 1 },
      changedArea: { status: 'ok', value: 0 },
      msSsim: none,
      spectrum: none,
      wasserstein: none,
      jensenShannon: none,
      localisation: null,
    });
    expect(accumulator.summary()).toMatchObject({
      images: 1,
      identical: 1,
      psnr: { status: 'empty', mean: null },
      ssim: { status: 'ok', n: 1, mean: 1, sd: null },
      localisation: null,
    });
    expect(energyInTopPixels(real, real, geometry)).toBeNull();
  });

  it('of nothing is null', () => {
    expect(fidelityAccumulator(geometry).summary()).toMatchObject({
      images: 0,
      nmse: { status: 'zero-norm', value: null },
      ssim: { status: 'empty', mean: null },
    });
  });

  it('is symmetric and bounded', () => {
    const image = fc.uint16Array({ minLength: 64, maxLength: 64 });
    const small = { height: 8, width: 8, maximum: 65535 };
    fc.assert(
      fc.property(image, image, (a, b) => {
        const ssim = structuralSimilarity(a, b, small).value!;
        expect(ssim).toBeLessThanOrEqual(1 + 1e-12);
        expect(structuralSimilarity(b, a, small).value).toBeCloseTo(ssim, 12);
        expect(structuralSimilarity(a, a, small).value).toBeCloseTo(1, 12);
      }),
    );
  });

  it('refuses wrong sizes and ranges', () => {
    const pixels = new Uint16Array(64);
    const small = { height: 8, width: 8, maximum: 65535 };
    expect(() => imageFidelity(pixels, new Uint16Array(63), small)).toThrow(
      'images must have 8x8 = 64 pixels, got 63',
    );
    expect(() => fidelityAccumulator({ ...small, maximum: 0 })).toThrow(
      'maximum must be positive and finite, got 0',
    );
    expect(() => fidelityAccumulator({ ...small, height: 0.5 })).toThrow(
      'height and width must be whole and positive',
    );
    expect(() => structuralSimilarity(pixels, pixels, { ...small, window: 'gaussian-11' })).toThrow(
      'must be at least as large as the window gaussian-11, got 8x8',
    );
  });
});

describe('localisation', () => {
  const geometry5 = { height: 5, width: 5, maximum: 1 };
  const real = new Float32Array(25).fill(0.5);
  const at = (...indices: number[]) =>
    Uint8Array.from(real, (_, i) => (indices.includes(i) ? 1 : 0));
  const changed = (index: number) =>
    Float32Array.from(real, (v, i) => (i === index ? v - 0.25 : v));

  it('widens the mask by one pixel in every direction', () => {
    const corner = { ...geometry5, mask: at(0) };
    expect(energyInMask(real, changed(6), corner)).toEqual({
      energyShare: 1,
      areaShare: 4 / 25,
      enrichment: 25 / 4,
    });
    expect(energyInMask(real, changed(7), corner)?.energyShare).toBe(0);
    expect(energyInMask(real, changed(6), { ...corner, dilation: 0 })?.energyShare).toBe(0);
    expect(energyInMask(real, changed(7), { ...corner, dilation: 2 })?.areaShare).toBe(9 / 25);
    expect(energyInMask(real, changed(23), { ...geometry5, mask: at(19) })?.areaShare).toBe(6 / 25);
  });

  it('says nothing without a mask in the breast', () => {
    expect(energyInMask(real, changed(6), { ...geometry5, mask: at() })).toBeNull();
  });

  it('refuses impossible options', () => {
    expect(() => energyInMask(real, real, { ...geometry5, mask: at(), dilation: -1 })).toThrow(
      'dilation must be a whole number >= 0, got -1',
    );
    expect(() => energyInTopPixels(real, real, { ...geometry5, fraction: 0 })).toThrow(
      'fraction must lie in (0, 1], got 0',
    );
  });
});

describe('pictures', () => {
  it('of the difference are mid-grey where nothing changed', () => {
    const options = { height: 1, width: 3, maximum: 1 };
    const picture = differenceImage(
      Float32Array.of(0.5, 0.5, 0),
      Float32Array.of(0.5, 0.4375, 1),
      options,
    );
    expect([...picture]).toEqual([32768, 16384, 65535]);
    expect(() =>
      differenceImage(new Uint8Array(3), new Uint8Array(3), { ...options, gain: -1 }),
    ).toThrow('gain must be positive and finite, got -1');
  });

  it.each(['0.4', '1.3', '12'])('blurred with sigma %s agree with scipy', (sigma) => {
    for (const golden of cases) {
      const image = Float64Array.from(golden.real, (value) => value / 65535);
      const blurred = gaussianBlur(image, { height, width, sigma: Number(sigma) });
      golden.blur[sigma]!.forEach((value, i) => {
        expect(Math.abs(blurred[7 * i]! - value)).toBeLessThan(1e-6);
      });
    }
  });

  it('keep a constant, and are copies at sigma 0', () => {
    const image = Uint8Array.of(7, 7, 7, 7, 7, 7);
    const options = { height: 2, width: 3, sigma: 5 };
    for (const value of gaussianBlur(image, options)) expect(value).toBeCloseTo(7, 5);
    expect([...gaussianBlur(image, { ...options, sigma: 0 })]).toEqual([...image]);
    expect(() => gaussianBlur(image, { ...options, sigma: -1 })).toThrow(
      'sigma must be finite and >= 0, got -1',
    );
  });
});
