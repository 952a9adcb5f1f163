import type { ManifestRow } from '@mammo/mammo-io';
import type { ImageOutcome } from '../chunks/chunk.ts';
import { type ImageReading, type ReadImage, readImages } from './read-images.ts';

/** Pixels of a batch: 16 images of the small networks, one or two of the paper's. */
const PIXELS_AT_ONCE = 2 ** 22;

/**
 * Reads images in batches and makes a record of each one that can be read.
 *
 * A batch's size depends on the images' size alone, since with another batch the last bits of a score may differ.
 *
 * @param makeRecords - one record for each image of a batch, in their order
 */
export async function mapImages(
  rows: readonly ManifestRow[],
  reading: ImageReading,
  makeRecords: (
    images: readonly ReadImage[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<readonly ImageOutcome[]> {
  const { height, width } = reading;
  const size = Math.max(1, Math.min(16, Math.floor(PIXELS_AT_ONCE / (height * width))));
  const outcomes: ImageOutcome[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const images = await readImages(rows.slice(start, start + size), reading);
    const read = images.filter((image) => 'pixels' in image);
    const records = read.length > 0 ? await makeRecords(read) : [];
    let next = 0;
    for (const image of images) {
      if ('problem' in image) outcomes.push(image);
      else outcomes.push({ record: records[next++] ?? {} });
    }
  }
  return outcomes;
}
