import { dicomTargets } from './dicom-targets.ts';
import { rasterTargets } from './raster-targets.ts';
import type { FuzzTarget } from './target.ts';

/** All formats that are fuzzed. */
export async function fuzzTargets(): Promise<readonly FuzzTarget[]> {
  return [...(await dicomTargets()), ...rasterTargets()];
}
