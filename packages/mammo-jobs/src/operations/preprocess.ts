import { SYNTHETIC_MARK, writePng } from '@mammo/mammo-io';
import { caseFields } from './case-fields.ts';
import { imageName } from './image-name.ts';
import { mapImages } from './map-images.ts';
import type { Operation } from './operation.ts';
import type { ImageReading } from './read-images.ts';

/** What decides the images of a job. */
export interface PreprocessSettings {
  readonly reading: ImageReading;
}

/** Brings images to one size and keeps them as 16-bit PNG; those that a program made keep the mark that says so. */
export async function open({ reading }: PreprocessSettings): Promise<Operation> {
  const { height, width } = reading;
  return {
    run: (rows, store) =>
      mapImages(rows, reading, async (images) => {
        const records: Record<string, unknown>[] = [];
        for (const { row, pixels, synthetic } of images) {
          const path = `images/${imageName(row.imageId)}${synthetic ? '.synthetic' : ''}.png`;
          const mark = synthetic ? { text: SYNTHETIC_MARK } : {};
          await store.write(path, writePng({ pixels, height, width, ...mark }));
          records.push({ ...caseFields(row), path });
        }
        return records;
      }),
    close: () => undefined,
  };
}
