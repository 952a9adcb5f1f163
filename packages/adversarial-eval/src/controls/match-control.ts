import { nmseSums } from '../fidelity/nmse.ts';
import { checkPixels, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';
import { breastNoise } from './breast-noise.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import type { ImageSource } from './image-source.ts';

/** Options of both controls. */
export interface ControlOptions extends PixelGeometry {
  /** Loss_gen1 over all images that the control is to have: the attack's. */
  readonly nmse: number;
  /** How near is near enough, relative to nmse; default 0.005. */
  readonly tolerance?: number;
}

/** Options of {@link noiseToMatch}. */
export interface NoiseOptions extends ControlOptions {
  /** Of {@link breastNoise}, to which the same seed must be given afterwards. */
  readonly seed: number;
  /** Pixels above this share of the data range are breast and get noise; default 0.02. */
  readonly breastAbove?: number;
}

/** A degradation of the same size as an attack. */
export interface MatchedControl {
  /** Which degradation `sigma` is for: {@link gaussianBlur} or {@link breastNoise}. */
  readonly kind: 'blur' | 'noise';
  /** 'unreachable': even the strongest setting stays below the Loss_gen1 asked for. */
  readonly status: 'matched' | 'unreachable';
  /** σ for {@link gaussianBlur}, in pixels, or for {@link breastNoise}, as a share of the data range. */
  readonly sigma: number;
  /** Loss_gen1 reached, one ratio over all images. */
  readonly nmse: number;
  /** Images that `nmse` is over. */
  readonly images: number;
}

/**
 * Finds the one σ at which blurring all images has the attack's Loss_gen1. If {@link gaussianBlur} with
 * that σ fools the victim nearly as often, the attack is mere blurring.
 *
 * Reads the images once per σ tried, mostly four to eight times, and holds one at a time.
 *
 * @param images real images, pixels in [minimum, maximum]
 * @throws RangeError if there is no image, or sizes, range or nmse are wrong, or the images can be read
 *   only once
 * @example
 * ```ts
 * const edge = Float32Array.of(0, 0, 0, 1, 1, 1);
 * const { status, images } = await blurToMatch([edge], { height: 1, width: 6, maximum: 1, nmse: 0.1 });
 * [status, images]; // => ['matched', 1]
 * ```
 */
export async function blurToMatch(
  images: ImageSource,
  options: ControlOptions,
): Promise<MatchedControl> {
  const degrade = (image: PixelArray, _: number, sigma: number) =>
    gaussianBlur(image, { ...options, sigma });
  const strongest = Math.max(options.height, options.width);
  const setting = { caller: 'blurToMatch', degrade, start: 0.5, strongest };
  return { kind: 'blur', ...(await match(images, options, setting)) };
}

/**
 * Finds the one σ at which white Gaussian noise inside the breast has the attack's Loss_gen1; apply it
 * with {@link breastNoise}, the same seed, and each image's position as its index.
 *
 * Reads the images once per σ tried, mostly three or four times, and holds one at a time.
 *
 * @param images real images, pixels in [minimum, maximum]
 * @throws RangeError if there is no image, or sizes, range, nmse or seed are wrong, or the images can be
 *   read only once
 * @example
 * ```ts
 * const { status } = await noiseToMatch([new Float32Array(64).fill(0.8)], { height: 8, width: 8, maximum: 1, nmse: 0.1, seed: 1 });
 * status; // => 'matched'
 * ```
 */
export async function noiseToMatch(
  images: ImageSource,
  options: NoiseOptions,
): Promise<MatchedControl> {
  const degrade = (image: PixelArray, index: number, sigma: number) =>
    breastNoise(image, { ...options, index, sigma });
  // noise of σ has a squared error of σ² per breast pixel; the norm of a mammogram is near 0.15 per pixel
  const start = Math.sqrt(0.15 * options.nmse);
  const setting = { caller: 'noiseToMatch', degrade, start, strongest: 10 };
  return { kind: 'noise', ...(await match(images, options, setting)) };
}

interface Degradation {
  readonly caller: string;
  /** An image at a strength; Loss_gen1 grows with it. */
  degrade(image: PixelArray, index: number, sigma: number): Float32Array;
  readonly start: number;
  readonly strongest: number;
}

/**
 * Finds the strength with the Loss_gen1 wanted: the bracket is opened by doubling or halving, then
 * closed by secant steps on logarithms, or bisected where such a step leaves the bracket.
 */
async function match(
  images: ImageSource,
  options: ControlOptions,
  degradation: Degradation,
): Promise<Omit<MatchedControl, 'kind'>> {
  checkControl(degradation.caller, options);
  const { nmse: target, tolerance = 0.005 } = options;
  const { start, strongest } = degradation;
  const bracket: Bracket = { low: 0, high: null, before: null };
  let sigma = Math.min(start, strongest);
  let count: number | null = null;
  for (let step = 0; ; step++) {
    const pass = await degradeAll(images, options, { ...degradation, sigma, count });
    count = pass.images;
    const point = { sigma, nmse: pass.nmse, images: count };
    if (Math.abs(point.nmse - target) <= tolerance * target) return { status: 'matched', ...point };
    if (point.nmse < target) bracket.low = sigma;
    else bracket.high = sigma;
    if ((bracket.high === null && sigma >= strongest) || step === 60) {
      return { status: 'unreachable', ...point };
    }
    sigma = nextStrength(bracket, point, target, strongest);
    bracket.before = point;
  }
}

interface Point {
  readonly sigma: number;
  readonly nmse: number;
}

interface Bracket {
  low: number;
  high: number | null;
  /** The point tried before the last one. */
  before: Point | null;
}

function nextStrength(
  { low, high, before }: Bracket,
  last: Point,
  target: number,
  strongest: number,
): number {
  if (high === null) return Math.min(strongest, last.sigma * 2);
  const middle = low === 0 ? high / 2 : Math.sqrt(low * high);
  if (before === null) return middle;
  const slope = Math.log(last.sigma / before.sigma) / Math.log(last.nmse / before.nmse);
  const guess = last.sigma * (target / last.nmse) ** slope;
  return guess > low && guess < high ? guess : middle;
}

/** Loss_gen1 over all images at one strength. */
async function degradeAll(
  source: ImageSource,
  options: ControlOptions,
  { caller, degrade, sigma, count }: Degradation & { sigma: number; count: number | null },
): Promise<{ readonly nmse: number; readonly images: number }> {
  let [images, error, norm] = [0, 0, 0];
  for await (const image of source) {
    checkPixels(caller, options, image);
    const sums = nmseSums(image, degrade(image, images, sigma), options);
    error += sums.squaredError;
    norm += sums.squaredNorm;
    images++;
  }
  if (count !== null && images !== count) {
    throw new RangeError(
      `${caller}: images must be readable more than once, got ${count} images and then ${images}`,
    );
  }
  if (images === 0) throw new RangeError(`${caller}: there must be an image, got none`);
  if (norm === 0) {
    throw new RangeError(`${caller}: images must not all be constant at 0.485 of the data range`);
  }
  return { nmse: error / norm, images };
}

function checkControl(caller: string, options: ControlOptions): void {
  checkPixels(caller, options);
  const { nmse, tolerance = 0.005 } = options;
  if (!(nmse > 0 && Number.isFinite(nmse))) {
    throw new RangeError(`${caller}: nmse must be positive and finite, got ${nmse}`);
  }
  if (!(tolerance > 0 && tolerance < 1)) {
    throw new RangeError(`${caller}: tolerance must lie between 0 and 1, got ${tolerance}`);
  }
}
