import { checkPixels, dataRange, type PixelArray, type PixelGeometry } from './pixels.ts';

/** Where the change lies with respect to a lesion. */
export interface Localisation {
  /** Share of Σ(fake − real)² over the breast that lies inside the mask. */
  readonly energyShare: number;
  /** Share of the breast's pixels that the mask covers. */
  readonly areaShare: number;
  /** energyShare / areaShare: 1 for a change without aim. */
  readonly enrichment: number;
}

/** What counts as breast. */
export interface BreastOptions extends PixelGeometry {
  /** Pixels of the real image above this share of the data range are breast; default 0.02. */
  readonly breastAbove?: number;
}

/** Options of {@link energyInMask}. */
export interface LocalisationOptions extends BreastOptions {
  /** How many pixels the mask is widened in every direction; default 1. */
  readonly dilation?: number;
}

/**
 * How much of the change lies in the lesion: both counted within the breast, the mask widened first.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; `mask`: non-zero inside the lesion; breastAbove; dilation
 * @returns null where there is nothing to say: no change in the breast, or no mask in it
 * @throws RangeError if sizes, range or dilation are wrong
 * @example
 * ```ts
 * const [real, fake] = [new Float32Array(4).fill(0.5), Float32Array.of(1, 0.5, 0.5, 0.5)];
 * const options = { height: 1, width: 4, maximum: 1, mask: Uint8Array.of(1, 0, 0, 0), dilation: 0 };
 * energyInMask(real, fake, options); // => { energyShare: 1, areaShare: 0.25, enrichment: 4 }
 * ```
 */
export function energyInMask(
  real: PixelArray,
  fake: PixelArray,
  options: LocalisationOptions & { readonly mask: Uint8Array },
): Localisation | null {
  const { mask, dilation = 1 } = options;
  checkPixels('energyInMask', options, real, fake, mask);
  if (!Number.isInteger(dilation) || dilation < 0) {
    throw new RangeError(`energyInMask: dilation must be a whole number >= 0, got ${dilation}`);
  }
  const wide = dilate(mask, options, dilation);
  const skin = skinLevel(options);
  const range = dataRange(options);
  const total = { energy: 0, area: 0 };
  const inside = { energy: 0, area: 0 };
  for (let i = 0; i < real.length; i++) {
    if (!(real[i]! > skin)) continue;
    const energy = ((fake[i]! - real[i]!) / range) ** 2;
    total.energy += energy;
    total.area++;
    if (wide[i]) {
      inside.energy += energy;
      inside.area++;
    }
  }
  if (total.energy === 0 || inside.area === 0) return null;
  const energyShare = inside.energy / total.energy;
  const areaShare = inside.area / total.area;
  return { energyShare, areaShare, enrichment: energyShare / areaShare };
}

/**
 * Share of the change's energy that the most changed pixels of the breast hold: how compact it is.
 *
 * @param options geometry; fraction: of the breast's pixels, default 0.05; breastAbove: default 0.02
 * @returns a number in [0, 1], or null if nothing changed in the breast
 * @throws RangeError if sizes, range or fraction are wrong
 * @example
 * ```ts
 * const [real, fake] = [new Float32Array(4).fill(0.5), Float32Array.of(1, 0.5, 0.5, 0.5)];
 * energyInTopPixels(real, fake, { height: 1, width: 4, maximum: 1, fraction: 0.25 }); // => 1
 * ```
 */
export function energyInTopPixels(
  real: PixelArray,
  fake: PixelArray,
  options: BreastOptions & { readonly fraction?: number },
): number | null {
  const { fraction = 0.05 } = options;
  checkPixels('energyInTopPixels', options, real, fake);
  if (!(fraction > 0 && fraction <= 1)) {
    throw new RangeError(`energyInTopPixels: fraction must lie in (0, 1], got ${fraction}`);
  }
  const skin = skinLevel(options);
  const range = dataRange(options);
  const energies = new Float64Array(real.length);
  let area = 0;
  for (let i = 0; i < real.length; i++) {
    if (!(real[i]! > skin)) continue;
    energies[area++] = ((fake[i]! - real[i]!) / range) ** 2;
  }
  const sorted = energies.subarray(0, area).sort();
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const total = sum(sorted);
  return total === 0 ? null : sum(sorted.subarray(area - Math.floor(area * fraction))) / total;
}

/** Grey level above which a pixel is breast. */
export function skinLevel(options: BreastOptions): number {
  const { minimum = 0, breastAbove = 0.02 } = options;
  return minimum + breastAbove * dataRange(options);
}

/** The mask with every pixel whose square neighbourhood meets it (separable maximum). */
function dilate(mask: Uint8Array, { height, width }: PixelGeometry, radius: number): Uint8Array {
  const rows = new Uint8Array(mask.length);
  const wide = new Uint8Array(mask.length);
  mask.forEach((value, i) => {
    if (value === 0) return;
    const x = i % width;
    rows.fill(1, i - Math.min(radius, x), i + Math.min(radius, width - 1 - x) + 1);
  });
  rows.forEach((value, i) => {
    if (value === 0) return;
    const y = Math.floor(i / width);
    const last = Math.min(height - 1, y + radius);
    for (let at = Math.max(0, y - radius); at <= last; at++) wide[at * width + (i % width)] = 1;
  });
  return wide;
}
