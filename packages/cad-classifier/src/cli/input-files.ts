import { readdir, stat } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { UsageError } from '@mammo/command-line';
import type { ManifestRow } from '@mammo/mammo-io';
import { type ImageFile, readManifestFile } from '@mammo/mammo-io/node';

/** A mammogram that was named: by itself, by its folder, or by a row of a manifest. */
export type InputFile = ImageFile | ManifestRow;

const IMAGE = /\.(?:dcm|dicom|png|pgm|tiff?)$/i;
const MANIFEST = /\.(?:csv|jsonl|ndjson)$/i;

/**
 * The files that are named: mammograms, folders of them (told by their endings, in the order of their names), and manifests.
 *
 * @throws UsageError if a name is neither a file nor a folder
 * @throws ManifestError listing all problems of a manifest
 */
export async function inputFiles(names: readonly string[]): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for (const path of names) {
    const kind = await stat(path).catch(() => undefined);
    if (kind === undefined) throw new UsageError(`${path} must be a file or a folder, found none`);
    if (kind.isDirectory()) found.push(...(await imagesIn(path)));
    else if (MANIFEST.test(path)) found.push(...(await manifestRows(path)));
    else found.push({ path });
  }
  return found;
}

/** The rows of a manifest, which may name files anywhere: it is the user's own. */
export function manifestRows(path: string): Promise<readonly ManifestRow[]> {
  const { root } = parse(resolve(path));
  return readManifestFile(path, { root });
}

/** Whether all files are rows of a manifest, which say whose they are. */
export function areRows(files: readonly InputFile[]): files is readonly ManifestRow[] {
  return files.every((file) => 'patientId' in file);
}

async function imagesIn(folder: string): Promise<ImageFile[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => IMAGE.test(name))
    .sort()
    .map((name) => ({ path: join(folder, name) }));
}
