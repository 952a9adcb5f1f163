import { checkPixels, dataRange, type PixelArray, type PixelGeometry } from './pixels.ts';

/**
 * What an attack changed, as a picture: mid-grey where nothing did, darker where the fake is darker.
 *
 * @param real pixels in [minimum, maximum]
 * @param fake pixels of the same size
 * @param options geometry; gain: how much changes are amplified, default 4
 * @returns full-scale 16-bit pixels, 32768 + gain·(fake − real)/(maximum − minimum)·65535, cut at both ends
 * @throws RangeError if sizes, range or gain are wrong
 * @example
 * ```ts
 * const size = { height: 1, width: 2, maximum: 1 };
 * differenceImage(Float32Array.of(0.5, 0.5), Float32Array.of(0.5, 1), size); // => Uint16Array.of(32768, 65535)
 * ```
 */
export function differenceImage(
  real: PixelArray,
  fake: PixelArray,
  options: PixelGeometry & { readonly gain?: number },
): Uint16Array {
  const { gain = 4 } = options;
  checkPixels('differenceImage', options, real, fake);
  if (!(gain > 0 && Number.isFinite(gain))) {
    throw new RangeError(`differenceImage: gain must be positive and finite, got ${gain}`);
  }
  const scale = (gain / dataRange(options)) * 65535;
  const difference = new Uint16Array(real.length);
  for (let i = 0; i < real.length; i++) {
    const change = (fake[i]! - real[i]!) * scale;
    difference[i] = Math.min(65535, Math.max(0, Math.round(32768 + change)));
  }
  return difference;
}
