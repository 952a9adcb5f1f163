import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Laterality, View } from './case-image.ts';
import { type ReadMammogramOptions, readMammogram } from './mammogram.ts';

/** A file to look into, as it is sent to a thread. */
export interface InspectTask {
  readonly kind: 'inspect';
  readonly path: string;
  readonly options: ReadMammogramOptions;
}

/** What was found in a file whose pixels can be read. */
export interface InspectedFile {
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly height: number;
  readonly width: number;
  readonly synthetic: boolean;
  readonly laterality?: Laterality;
  readonly view?: View;
  readonly warnings: readonly string[];
}

/** Reads a mammogram to the last pixel. */
export async function inspectFile({ path, options }: InspectTask): Promise<InspectedFile> {
  const bytes = await readFile(path);
  const { height, width, synthetic, laterality, view, warnings } = await readMammogram(
    bytes,
    options,
  );
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    height,
    width,
    synthetic,
    ...(laterality && { laterality }),
    ...(view && { view }),
    warnings,
  };
}
