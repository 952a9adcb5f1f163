import { type ImageSet, memoryImageSet } from '@mammo/mammo-io';
import type { ReadImage } from './read-images.ts';

/** Images that were read, as models take them. */
export function imageSetOf(
  images: readonly Pick<ReadImage, 'row' | 'pixels'>[],
  { height, width }: { readonly height: number; readonly width: number },
): ImageSet {
  return memoryImageSet({
    height,
    width,
    images: images.map(({ row }) => row),
    pixels: images.map(({ pixels }) => pixels),
  });
}
