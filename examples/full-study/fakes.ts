import { createHash } from 'node:crypto';
import type { CaseImage, CaseLabel } from '@mammo/mammo-io';

export type Direction = 'remove' | 'insert';
export const DIRECTIONS: readonly Direction[] = ['remove', 'insert'];

/** The class of the images that a direction changes. */
export const SOURCE_LABEL: Readonly<Record<Direction, CaseLabel>> = {
  remove: 'positive',
  insert: 'negative',
};

/** What a fake is called: it always says that it is one. */
export function fakeId(imageId: string, direction: Direction): string {
  return `${imageId}-${direction}-synthetic`;
}

/** The name of a fake's PNG. Ids that are no file names, such as paths, are shortened and told apart by a checksum. */
export function fakeFileName(imageId: string, direction: Direction): string {
  const safe = imageId.replace(/[^\w.-]+/g, '_').slice(-80);
  const checksum = createHash('sha256').update(imageId).digest('hex').slice(0, 8);
  const name = safe === imageId ? imageId : `${safe}-${checksum}`;
  return `${fakeId(name, direction)}.png`;
}

/** The direction in which an image would be attacked. */
export function directionOf(image: CaseImage): Direction {
  return image.label === 'positive' ? 'remove' : 'insert';
}

/** The text chunks of every PNG that shows a fake. */
export function syntheticMark(imageId: string, direction: Direction): Record<string, string> {
  return {
    Title: fakeId(imageId, direction),
    Synthetic: 'yes',
    Description: `SYNTHETIC IMAGE, not a mammogram: made from ${imageId} by a generative network (${direction} cancer), for research`,
  };
}

/** The text chunks of a PNG that shows an image of the cohort: a phantom is no mammogram either. */
export function originalMark(cohort: 'synthetic' | 'manifest'): Record<string, string> {
  return cohort === 'synthetic'
    ? {
        Synthetic: 'yes',
        Description: 'PHANTOM, not a mammogram: drawn by a program, for research',
      }
    : { Synthetic: 'no' };
}
