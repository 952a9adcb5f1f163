import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { UsageError } from '@mammo/command-line';
import { isDicomFile } from '../dicom/file.ts';
import { isPgmFile } from '../pgm.ts';
import { isPngFile } from '../png.ts';
import { isTiffFile } from '../tiff.ts';

/** A file that was named, or found in a folder that was. */
export interface FoundFile {
  readonly path: string;
  /** Its path from the folder that was named, or its name. */
  readonly name: string;
}

const ENOUGH_BYTES = 512;

/**
 * The files that are named, and of folders all images in them, told by their first bytes, in the order of their names. Hidden files
 * and links to folders are passed by.
 *
 * @throws UsageError if a name is neither a file nor a folder
 */
export async function findFiles(names: readonly string[]): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of names) {
    const kind = await stat(path).catch(() => undefined);
    if (kind === undefined) throw new UsageError(`${path} must be a file or a folder, found none`);
    if (kind.isDirectory()) found.push(...(await imagesIn(path)));
    else found.push({ path, name: basename(path) });
  }
  return found;
}

async function imagesIn(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(/[/\\]/)
          .some((part) => part.startsWith('.')),
    )
    .sort();
  const images: FoundFile[] = [];
  for (const path of paths) {
    if (await isImage(path)) images.push({ path, name: relative(folder, path) });
  }
  return images;
}

async function isImage(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ENOUGH_BYTES), 0, ENOUGH_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    return [isPngFile, isPgmFile, isTiffFile, isDicomFile].some((test) => test(start));
  } finally {
    await file.close();
  }
}
