import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeNorms } from '../src/fidelity/change-norms.ts';
import { fourierPlan } from '../src/fidelity/fourier.ts';
import { jensenShannonDistance, wassersteinDistance } from '../src/fidelity/histogram-distance.ts';
import { fidelityAccumulator, imageFidelity } from '../src/fidelity/image-fidelity.ts';
import { multiScaleSimilarity } from '../src/fidelity/ms-ssim.ts';
import { normalisedSquaredError } from '../src/fidelity/nmse.ts';
import { radialPowerSpectrum, spectrumDistance } from '../src/fidelity/power-spectrum.ts';
import { structuralSimilarity } from '../src/fidelity/ssim.ts';
import { settledHeap } from './heap.ts';
import { inventedPair } from './invented-images.ts';

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly power: readonly number[];
  readonly [measure: string]: unknown;
}

const { pixels } = JSON.parse(
  readFileSync(new URL('fixtures/measures/data.json', import.meta.url), 'utf8'),
) as { readonly pixels: readonly Golden[] };

const close = (actual: number | null, expected: unknown) =>
  expect(Math.abs(actual! - (expected as number)) / Math.abs(expected as number)).toBeLessThan(
    1e-10,
  );

describe('pixel measures', () => {
  it.each(pixels)(
    'of $height x $width in [$minimum, $maximum] agree with scikit-image',
    (golden) => {
      const { real, fake, region } = inventedPair(golden);
      const { height, width, minimum, maximum } = golden;
      const geometry = { height, width, minimum, maximum };
      const inRegion = { ...geometry, region };
      const norms = changeNorms(real, fake, { ...geometry, changedAbove: 1.5 / 255 });
      close(norms.psnr.value, golden.psnr);
      close(changeNorms(real, fake, inRegion).psnr.value, golden.psnrRegion);
      close(norms.l1, golden.l1);
      close(norms.l2, golden.l2);
      close(norms.lInfinity, golden.lInfinity);
      close(norms.changedArea.value, golden.changedArea);
      expect(norms.l0).toBe(golden.l0);
      const nmse = (space: 'network' | 'pixels') =>
        normalisedSquaredError(real, fake, { ...geometry, space }).value;
      close(nmse('network'), golden.nmse);
      close(nmse('pixels'), golden.nmsePixels);
      const ssim = (options: object) =>
        structuralSimilarity(real, fake, { ...geometry, ...options }).value;
      close(ssim({}), golden.ssimUniform);
      close(ssim({ covariance: 'sample' }), golden.ssimSample);
      close(ssim({ window: 'gaussian-11' }), golden.ssimGaussian);
      close(ssim({ region }), golden.ssimRegion);
      close(wassersteinDistance(real, fake, geometry).value, golden.wasserstein);
      close(wassersteinDistance(real, fake, inRegion).value, golden.wassersteinRegion);
      close(jensenShannonDistance(real, fake, geometry).value, golden.jensenShannon);
      close(spectrumDistance(real, fake, geometry).value, golden.spectrum);
      const { power, frequency } = radialPowerSpectrum(real, geometry);
      golden.power.forEach((value, ring) => {
        close(power[ring]!, value);
      });
      expect(frequency.at(-1)).toBe(0.5);
      const msSsim = multiScaleSimilarity(real, fake, geometry);
      if (golden.msSsim === null) expect(msSsim).toEqual({ status: 'too-small', value: null });
      else close(msSsim.value, golden.msSsim);
    },
  );

  it('of identical and constant images have a status, never NaN', () => {
    const flat = new Float32Array(121).fill(0.25);
    const geometry = { height: 11, width: 11, maximum: 1 };
    const also = ['ms-ssim', 'spectrum', 'histogram'] as const;
    const same = imageFidelity(flat, flat, { ...geometry, also });
    expect(same).toMatchObject({
      identical: true,
      psnr: { status: 'identical', value: null },
      ssim: { status: 'ok', value: 1 },
      msSsim: { status: 'too-small', value: null },
      spectrum: { status: 'constant', value: null },
      wasserstein: { status: 'ok', value: 0 },
      jensenShannon: { status: 'ok', value: 0 },
    });
    const brighter = imageFidelity(
      flat,
      flat.map((value) => value + 0.5),
      { ...geometry, also },
    );
    close(brighter.psnr.value, 20 * Math.log10(2));
    close(brighter.wasserstein.value, 0.5);
    expect(brighter.jensenShannon.value).toBe(1);
    close(brighter.ssim.value, (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4));
    expect(brighter.spectrum.status).toBe('constant');
    const none = imageFidelity(flat, flat, { ...geometry, region: new Uint8Array(121) });
    expect(none).toMatchObject({
      psnr: { status: 'empty-region' },
      ssim: { status: 'empty-region' },
      changedArea: { status: 'empty-region' },
      nmse: { status: 'zero-norm' },
    });
    expect(JSON.stringify([same, brighter, none])).not.toMatch(/NaN|[^l]Infinity/);
    const striped = Float32Array.from(flat, (_, i) => (i % 11 === 5 ? 1 : 0));
    const oneRow = { height: 1, width: 4, maximum: 1 };
    const alternating = Float32Array.of(0, 1, 0, 1);
    expect(spectrumDistance(alternating, alternating, { ...oneRow, rings: 2 }).status).toBe(
      'no-power',
    );
    expect(spectrumDistance(striped, striped, geometry).value ?? 0).toBeCloseTo(0, 12);
    expect(imageFidelity(flat.slice(0, 4), flat.slice(4, 8), oneRow).ssim.status).toBe('too-small');
  });

  it('obey the laws of distances', () => {
    const image = fc.uint8Array({ minLength: 56, maxLength: 56 });
    const geometry = { height: 7, width: 8, maximum: 255 };
    fc.assert(
      fc.property(image, image, image, (a, b, c) => {
        for (const distance of [wassersteinDistance, jensenShannonDistance]) {
          const d = (x: Uint8Array, y: Uint8Array) => distance(x, y, geometry).value!;
          expect(d(a, a)).toBe(0);
          expect(d(a, b)).toBeCloseTo(d(b, a), 12);
          expect(d(a, c)).toBeLessThanOrEqual(d(a, b) + d(b, c) + 1e-12);
        }
        const { l0, l1, l2, lInfinity } = changeNorms(a, b, geometry);
        expect(lInfinity).toBeLessThanOrEqual(l2 + 1e-12);
        expect(l2).toBeLessThanOrEqual(l1 + 1e-12);
        expect(l1).toBeLessThanOrEqual(l0 + 1e-12);
      }),
    );
  });

  it('say what is wrong', () => {
    const image = new Float32Array(64);
    const geometry = { height: 8, width: 8, maximum: 1 };
    const broken = Float32Array.from(image, (_, i) => (i === 9 ? Number.NaN : 0));
    const refuses = (run: () => unknown, text: string) => expect(run).toThrow(text);
    refuses(() => changeNorms(image, broken, geometry), 'pixels must be finite, got NaN at 9');
    refuses(
      () => structuralSimilarity(broken, image, geometry),
      'structuralSimilarity: pixels must',
    );
    refuses(() => spectrumDistance(image, broken, geometry), 'spectrumDistance: pixels must');
    refuses(() => wassersteinDistance(image, broken, geometry), 'wassersteinDistance: pixels must');
    refuses(() => jensenShannonDistance(image, broken, geometry), 'jensenShannonDistance: pixels');
    refuses(
      () => changeNorms(image, image, { ...geometry, minimum: 2 }),
      'minimum must be below maximum, both finite, got 2 and 1',
    );
    refuses(
      () => changeNorms(image, image, { ...geometry, changedAbove: -1 }),
      'must be >= 0, got -1',
    );
    refuses(
      () => changeNorms(image, image, { ...geometry, region: new Uint8Array(3) }),
      'images must have 8x8 = 64 pixels, got 3',
    );
    refuses(
      () => structuralSimilarity(image, image, { ...geometry, window: 'square' as 'uniform-7' }),
      'window must be uniform-7 or gaussian-11, got square',
    );
    refuses(
      () => multiScaleSimilarity(image, image, { ...geometry, weights: [] }),
      'weights must be finite and >= 0, at least one, got []',
    );
    refuses(
      () => radialPowerSpectrum(image, { ...geometry, rings: 0.5 }),
      'rings must be whole and positive, got 0.5',
    );
    refuses(
      () => jensenShannonDistance(image, image, { ...geometry, bins: 0 }),
      'bins must be whole and positive, got 0',
    );
    refuses(() => fourierPlan(0), 'length must be whole and positive, got 0');
  });
});

describe('the Fourier transform', () => {
  it.each([1, 2, 3, 8, 11, 12, 30, 64, 97])('of length %i is its definition', (length) => {
    const re = Float64Array.from({ length }, (_, n) => Math.sin(3 * n * n + 1));
    const im = Float64Array.from({ length }, (_, n) => Math.cos(n * n * n));
    const [a, b] = [re.slice(), im.slice()];
    fourierPlan(length).transform(a, b);
    for (let k = 0; k < length; k++) {
      let [x, y] = [0, 0];
      for (let n = 0; n < length; n++) {
        const angle = (-2 * Math.PI * ((k * n) % length)) / length;
        x += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle);
        y += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle);
      }
      expect(a[k]).toBeCloseTo(x, 11);
      expect(b[k]).toBeCloseTo(y, 11);
    }
  });
});

describe('memory', () => {
  it('does not grow with 10,000 images', async () => {
    const size = { height: 12, width: 12, seed: 3, minimum: 0, maximum: 255 };
    const { real, fake, region } = inventedPair(size);
    const fidelity = fidelityAccumulator({ ...size, also: ['spectrum'] });
    const add = (count: number) => {
      for (let i = 0; i < count; i++) fidelity.add(real, fake, { region });
    };
    add(1000);
    const before = await settledHeap();
    add(9000);
    expect((await settledHeap()) - before).toBeLessThan(1e6);
    expect(fidelity.summary()).toMatchObject({ images: 10000, psnr: { n: 10000 } });
  }, 60_000);
});
