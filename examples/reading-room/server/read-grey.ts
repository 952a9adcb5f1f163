import { readMammogram } from '@mammo/mammo-io';
import { declaredSize } from './declared-size.ts';
import type { GreyImage } from './study-pictures.ts';

/** Pixels that a picture may have: twice the largest detector's. */
const MOST_PIXELS = 40e6;

/** Reads a DICOM, PNG or PGM image; throws if it is none, or too large, before it takes memory for it. */
export async function readGrey(bytes: Buffer): Promise<GreyImage> {
  const declared = await declaredSize(bytes);
  if (declared.height * declared.width > MOST_PIXELS) {
    throw new RangeError(
      `must have at most ${MOST_PIXELS / 1e6} million pixels, got ${declared.height} × ${declared.width}`,
    );
  }
  const { pixels, height, width } = await readMammogram(bytes);
  return { pixels, height, width };
}
