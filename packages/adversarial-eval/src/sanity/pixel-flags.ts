import type { PixelArray } from '../fidelity/pixels.ts';
import { raise, type SanityFlag, type SanityFlagId } from './sanity-flag.ts';

/** The pixels of a pair. */
export interface PixelPair {
  /** Named by the flags that the pair raises. */
  readonly caseId: string;
  /** Pixels of the real image, row by row. */
  readonly real: PixelArray;
  /** Must be as many, in the same range. */
  readonly fake: PixelArray;
}

const REFERENCE = 'Rauber et al. 2020, Foolbox Native (bounds), doi 10.21105/joss.02607';

/**
 * Whether fakes are images at all: within the range, of the real image's size, and different from it.
 *
 * @param pairs gone through once, one in memory at a time
 * @param range least and greatest possible pixel
 */
export function pixelFlags(
  pairs: Iterable<PixelPair>,
  [least, greatest]: readonly [number, number],
): readonly SanityFlag[] {
  const faults = { outside: [] as string[], identical: [] as string[], sizes: [] as string[] };
  let [farthest, images] = [0, 0];
  for (const { caseId, real, fake } of pairs) {
    images++;
    const excess = Math.max(excessOf(fake, least, greatest), excessOf(real, least, greatest));
    if (excess > farthest) farthest = excess;
    if (!(excess === 0)) faults.outside.push(caseId);
    if (real.length !== fake.length) faults.sizes.push(caseId);
    else if (real.every((value, i) => value === fake[i])) faults.identical.push(caseId);
  }
  const { outside, identical, sizes } = faults;
  const found = (
    id: SanityFlagId,
    cases: readonly string[],
    what: string,
  ): readonly SanityFlag[] =>
    cases.length === 0
      ? []
      : [
          raise(id, 'error', {
            message: `${cases.length} of ${images} ${what}`,
            numbers: { cases: cases.length, images },
            cases,
            reference: REFERENCE,
          }),
        ];
  const range = `pairs have pixels that are not in [${least}, ${greatest}], by up to ${farthest}`;
  return [
    ...found('pixels-out-of-range', outside, `${range}: such files cannot be written`),
    ...found('fake-identical-to-real', identical, 'fakes are their real image, pixel by pixel'),
    ...found(
      'pixel-sizes-differ',
      sizes,
      'fakes have another number of pixels than their real image',
    ),
  ];
}

/** How far the pixels leave the range; NaN if one is not a number. */
function excessOf(pixels: PixelArray, least: number, greatest: number): number {
  let excess = 0;
  for (const value of pixels) {
    if (Number.isNaN(value)) return Number.NaN;
    excess = Math.max(excess, least - value, value - greatest);
  }
  return excess;
}
