import { randomStream } from '@mammo/reader-study-stats';
import { gaussianBlur } from './gaussian-blur.ts';
import { nmseSums } from './nmse.ts';
import { checkPixels, type PixelArray, type PixelGeometry } from './pixels.ts';

/** Options of both controls. */
export interface ControlOptions extends PixelGeometry {
  /** Loss_gen1 over all images that the control is to have: the attack's. */
  readonly nmse: number;
  /** How near is near enough, relative to nmse; default 0.005. */
  readonly tolerance?: number;
}

/** Options of {@link noiseToMatch}. */
export interface NoiseOptions extends ControlOptions {
  readonly seed: number;
  /** Pixels above this share of `maximum` are breast and get noise; default 0.02. */
  readonly breastAbove?: number;
}

/** A degradation of the same size as an attack. */
export interface MatchedControl {
  readonly kind: 'blur' | 'noise';
  /** 'unreachable': even the strongest setting stays below the Loss_gen1 asked for. */
  readonly status: 'matched' | 'unreachable';
  /** σ of the blur in pixels, or of the noise as a share of `maximum`. */
  readonly sigma: number;
  /** Loss_gen1 reached, one ratio over all images. */
  readonly nmse: number;
  /** The degraded images, same range as the originals, not rounded. */
  readonly images: readonly Float32Array[];
}

/**
 * Blurs all images with the one σ at which their Loss_gen1 equals the attack's. If such a blur fools
 * the victim nearly as often, the attack is mere blurring.
 *
 * Holds all images in memory; for large ones, match image by image (a list of one).
 *
 * @param images real images, pixels in [0, maximum]
 * @throws RangeError if there is no image, or sizes, maximum or nmse are wrong
 */
export function blurToMatch(
  images: readonly PixelArray[],
  options: ControlOptions,
): MatchedControl {
  checkControl('blurToMatch', images, options);
  const degrade = (sigma: number) =>
    images.map((image) => gaussianBlur(image, { ...options, sigma }));
  const strongest = Math.max(options.height, options.width);
  return { kind: 'blur', ...match(images, options, { degrade, start: 0.5, strongest }) };
}

/**
 * Adds white Gaussian noise inside the breast, cut at 0 and maximum, with the one σ at which Loss_gen1
 * equals the attack's. The noise of image i is a pure function of seed and i.
 *
 * @param images real images, pixels in [0, maximum]
 * @throws RangeError if there is no image, or sizes, maximum, nmse or seed are wrong
 */
export function noiseToMatch(images: readonly PixelArray[], options: NoiseOptions): MatchedControl {
  const { maximum, seed, breastAbove = 0.02 } = options;
  checkControl('noiseToMatch', images, options);
  const patterns = images.map((image, index) => {
    const random = randomStream(seed, 'noise', index);
    const pattern = new Float32Array(image.length);
    image.forEach((value, i) => {
      if (value > breastAbove * maximum) pattern[i] = random.normal() * maximum;
    });
    return pattern;
  });
  const degrade = (sigma: number) =>
    images.map((image, index) =>
      patterns[index]!.map((noise, i) => Math.min(maximum, Math.max(0, image[i]! + sigma * noise))),
    );
  const start = Math.sqrt(options.nmse / nmseOf(images, degrade(1e-3), maximum)) * 1e-3;
  return { kind: 'noise', ...match(images, options, { degrade, start, strongest: 10 }) };
}

interface Degradation {
  /** Images at a strength; Loss_gen1 grows with it. */
  degrade(sigma: number): readonly Float32Array[];
  readonly start: number;
  readonly strongest: number;
}

/**
 * Finds the strength with the Loss_gen1 wanted: the bracket is opened by doubling or halving, then
 * closed by secant steps on logarithms, or bisected where such a step leaves the bracket.
 */
function match(
  images: readonly PixelArray[],
  { maximum, nmse: target, tolerance = 0.005 }: ControlOptions,
  { degrade, start, strongest }: Degradation,
): Omit<MatchedControl, 'kind'> {
  const bracket: Bracket = { low: 0, high: null, before: null };
  let sigma = Number.isFinite(start) ? Math.min(start, strongest) : strongest;
  for (let step = 0; ; step++) {
    const degraded = degrade(sigma);
    const point = { sigma, nmse: nmseOf(images, degraded, maximum) };
    if (Math.abs(point.nmse - target) <= tolerance * target) {
      return { status: 'matched', ...point, images: degraded };
    }
    if (point.nmse < target) bracket.low = sigma;
    else bracket.high = sigma;
    if ((bracket.high === null && sigma >= strongest) || step === 60) {
      return { status: 'unreachable', ...point, images: degraded };
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

function nmseOf(
  images: readonly PixelArray[],
  degraded: readonly Float32Array[],
  maximum: number,
): number {
  let [error, norm] = [0, 0];
  images.forEach((image, index) => {
    const { squaredError, squaredNorm } = nmseSums(image, degraded[index]!, maximum);
    error += squaredError;
    norm += squaredNorm;
  });
  return error / norm;
}

function checkControl(
  caller: string,
  images: readonly PixelArray[],
  options: ControlOptions,
): void {
  checkPixels(caller, options, ...images);
  const { nmse, tolerance = 0.005 } = options;
  if (images.length === 0) throw new RangeError(`${caller}: there must be an image, got none`);
  if (!(nmse > 0 && Number.isFinite(nmse))) {
    throw new RangeError(`${caller}: nmse must be positive and finite, got ${nmse}`);
  }
  if (!(tolerance > 0 && tolerance < 1)) {
    throw new RangeError(`${caller}: tolerance must lie between 0 and 1, got ${tolerance}`);
  }
  if (!(nmseSums(images[0]!, images[0]!, options.maximum).squaredNorm > 0)) {
    throw new RangeError(`${caller}: the first image must not be constant at 0.485 of maximum`);
  }
}
