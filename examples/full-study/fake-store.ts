import { join } from 'node:path';
import type { ImageSet } from '@mammo/mammo-io';
import { openStores } from './cohort.ts';
import { DIRECTIONS, type Direction } from './fakes.ts';

/** Where the fakes of a direction are kept, at 16 bit, relative to the study's folder. */
export function fakeStore(direction: Direction): string {
  return join('evaluation', 'fakes', direction);
}

/** All fakes of a study. */
export function openFakes(studyPath: string): Promise<ImageSet> {
  return openStores(studyPath, DIRECTIONS.map(fakeStore));
}
