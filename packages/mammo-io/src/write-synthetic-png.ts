import { SYNTHETIC_MARK, writePng } from './png.ts';
import type { GreyImage } from './resize.ts';
import { requireMark, type SyntheticMark } from './synthetic-mark.ts';

/**
 * Writes a synthetic mammogram as a 16-bit grey PNG file whose tEXt entries `Synthetic`, `Software` and `Description` say so.
 *
 * @throws RangeError if the mark is incomplete or the number of pixels is not height × width
 * @throws TypeError if the pixels are no Uint16Array
 * @example
 * ```ts
 * const mark = { program: 'demo', version: '1', description: 'a grey ramp' };
 * const file = writeSyntheticPng({ pixels: Uint16Array.of(0, 65535), height: 1, width: 2 }, { mark });
 * (await readMammogram(file)).synthetic; // => true
 * ```
 */
export function writeSyntheticPng(
  image: GreyImage,
  { mark }: { readonly mark: SyntheticMark },
): Uint8Array {
  requireMark('writeSyntheticPng', mark);
  if (!(image.pixels instanceof Uint16Array)) {
    throw new TypeError('writeSyntheticPng: pixels must be a Uint16Array');
  }
  const { pixels, height, width } = image;
  const { program, version, description } = mark;
  const text = {
    ...SYNTHETIC_MARK,
    Software: `${program} ${version}`,
    Description: description,
  };
  return writePng({ pixels, height, width, text });
}
