import { fourierPlan } from './fourier.ts';
import { type Measure, measured, undefinedMeasure } from './measure.ts';
import {
  checkFinite,
  checkPixels,
  dataRange,
  type PixelArray,
  type PixelGeometry,
} from './pixels.ts';

/** Rounds to the nearest ring, a half outward, also where rounding errors make it less than a half. */
const OUTWARD = 0.5 + 1e-9;

/** Options of {@link radialPowerSpectrum} and {@link spectrumDistance}. */
export interface SpectrumOptions extends PixelGeometry {
  /** Rings up to half a cycle per pixel; default half the shorter side. */
  readonly rings?: number;
}

/** Mean power of an image by spatial frequency. */
export interface RadialSpectrum {
  /** Middle of each ring, in cycles per pixel: (k + 1) / (2·rings). */
  readonly frequency: Float64Array;
  /** Mean of |F|² / (height·width) over the ring, pixels in [0, 1]; F is the transform of image − mean. */
  readonly power: Float64Array;
}

/**
 * Mean power by spatial frequency. The point (u, v), in cycles per pixel, belongs to the ring nearest to
 * 2·rings·√(u² + v²), a half to the outer one; the mean of the image (ring 0) and the corners beyond the last ring are left out.
 * No window is applied; for a square image of even side the rings are the usual whole radii.
 *
 * @param image pixels in [minimum, maximum]
 * @param options geometry; rings
 * @throws RangeError if sizes, range or rings are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const stripes = Float32Array.from({ length: 64 }, (_, i) => i % 2); // half a cycle per pixel
 * const { frequency, power } = radialPowerSpectrum(stripes, { height: 8, width: 8, maximum: 1 });
 * [frequency[3], power[2]]; // => [0.5, 0]
 * ```
 */
export function radialPowerSpectrum(image: PixelArray, options: SpectrumOptions): RadialSpectrum {
  return spectraOfPair(image, image, options, 'radialPowerSpectrum').real;
}

/**
 * Log-spectral distance in dB: the root of the mean over rings of (10·log₁₀ P_fake/P_real)². Blur and
 * the upsampling of generators show in it long before they show in SSIM.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; rings
 * @returns 'constant' if an image has no variation, and 'no-power' if a ring of one has none: the
 *   logarithm of 0 does not exist. Identical images have distance 0, unless they are constant.
 * @throws RangeError if sizes, range or rings are wrong, or a pixel is not finite
 * @example
 * ```ts
 * const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i) ** 2);
 * const fainter = image.map((value) => value / 10);
 * spectrumDistance(image, fainter, { height: 8, width: 8, maximum: 1 }).value?.toFixed(3); // => '20.000'
 * ```
 */
export function spectrumDistance(
  real: PixelArray,
  fake: PixelArray,
  options: SpectrumOptions,
): Measure<'constant' | 'no-power'> {
  const spectra = spectraOfPair(real, fake, options, 'spectrumDistance');
  if (isConstant(real) || isConstant(fake)) return undefinedMeasure('constant');
  let sum = 0;
  for (const [ring, before] of spectra.real.power.entries()) {
    const after = spectra.fake.power[ring]!;
    if (!(before > 0 && after > 0)) return undefinedMeasure('no-power');
    sum += (10 * Math.log10(after / before)) ** 2;
  }
  return measured(Math.sqrt(sum / spectra.real.power.length));
}

function isConstant(image: PixelArray): boolean {
  return image.every((value: number) => value === image[0]);
}

/** Both spectra by one transform: the real image as its real part, the fake as its imaginary part. */
function spectraOfPair(
  real: PixelArray,
  fake: PixelArray,
  options: SpectrumOptions,
  caller: string,
): { readonly real: RadialSpectrum; readonly fake: RadialSpectrum } {
  const { height, width } = options;
  checkPixels(caller, options, real, fake);
  const shorter = Math.min(height, width);
  const { rings = Math.max(1, Math.floor(shorter / 2)) } = options;
  if (!(Number.isInteger(rings) && rings > 0)) {
    throw new RangeError(`${caller}: rings must be whole and positive, got ${rings}`);
  }
  const re = centred(real, options);
  const im = fake === real ? re.slice() : centred(fake, options);
  if (!Number.isFinite(re[0]! + im[0]!)) checkFinite(caller, real, fake);
  transformPlane(re, im, height, width);
  return binRings(re, im, { height, width, rings });
}

/** The image minus its mean, in [0, 1] units. */
function centred(image: PixelArray, options: PixelGeometry): Float64Array {
  const scale = 1 / dataRange(options);
  const { length } = image;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += image[i]!;
  const mean = sum / length;
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) result[i] = (image[i]! - mean) * scale;
  return result;
}

function transformPlane(re: Float64Array, im: Float64Array, height: number, width: number): void {
  const rows = fourierPlan(width);
  for (let start = 0; start < re.length; start += width) {
    rows.transform(re.subarray(start, start + width), im.subarray(start, start + width));
  }
  const columns = fourierPlan(height);
  const a = new Float64Array(height);
  const b = new Float64Array(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      a[y] = re[y * width + x]!;
      b[y] = im[y * width + x]!;
    }
    columns.transform(a, b);
    for (let y = 0; y < height; y++) {
      re[y * width + x] = a[y]!;
      im[y * width + x] = b[y]!;
    }
  }
}

interface Rings {
  readonly height: number;
  readonly width: number;
  readonly rings: number;
}

/**
 * Z = A + iB with the transforms A and B of real images, which are Hermitian:
 * A_k = (Z_k + conj Z_−k)/2, B_k = (Z_k − conj Z_−k)/2i.
 */
function binRings(
  re: Float64Array,
  im: Float64Array,
  { height, width, rings }: Rings,
): { readonly real: RadialSpectrum; readonly fake: RadialSpectrum } {
  const [realPower, fakePower] = [new Float64Array(rings), new Float64Array(rings)];
  const points = new Float64Array(rings);
  for (let y = 0; y < height; y++) {
    const v = Math.min(y, height - y) / height;
    for (let x = 0; x < width; x++) {
      const u = Math.min(x, width - x) / width;
      const ring = Math.floor(2 * rings * Math.sqrt(u * u + v * v) + OUTWARD) - 1;
      if (ring < 0 || ring >= rings) continue;
      const at = y * width + x;
      const mirror = ((height - y) % height) * width + ((width - x) % width);
      const zr = re[at]!;
      const zi = im[at]!;
      const mr = re[mirror]!;
      const mi = im[mirror]!;
      points[ring]! += 1;
      realPower[ring]! += ((zr + mr) ** 2 + (zi - mi) ** 2) / 4;
      fakePower[ring]! += ((zi + mi) ** 2 + (mr - zr) ** 2) / 4;
    }
  }
  const frequency = Float64Array.from(points, (_, ring) => (ring + 1) / (2 * rings));
  const mean = (power: Float64Array): Float64Array =>
    power.map((sum, ring) => (points[ring] ? sum / (points[ring]! * height * width) : 0));
  return {
    real: { frequency, power: mean(realPower) },
    fake: { frequency, power: mean(fakePower) },
  };
}
