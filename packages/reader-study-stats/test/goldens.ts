import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordReads } from './golden-reads.ts';

const here = import.meta.dirname;
const dataRoot = process.env.MAMMO_TEST_DATA ?? join(here, '../../../../shared/data');

/** Folder of the goldens that may be read but not copied. */
export const sharedFolder: string = join(dataRoot, 'reader-study');
export const sharedIsAbsent: boolean = !existsSync(sharedFolder);

/** A golden that may be read but not copied. */
export function sharedText(name: string): string {
  return readFileSync(join(sharedFolder, name), 'utf8');
}

export function fixtureText(name: string): string {
  return readFileSync(join(here, 'fixtures', name), 'utf8');
}

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
export function fixture(name: string): any {
  return recordReads(name, JSON.parse(fixtureText(name)));
}

/** |actual − expected| / |expected|, 0 where both are equal. */
export function relativeError(actual: number, expected: number): number {
  if (actual === expected) return 0;
  const error = Math.abs(actual - expected) / Math.abs(expected);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}
