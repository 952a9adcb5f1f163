import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ImageSet } from './image-set.ts';
import { ImageStoreError } from './image-store-error.ts';
import {
  decodeRows,
  type ImageStoreRow,
  readAt,
  type StoredRows,
  storePath,
} from './image-store-files.ts';

/** The images of a store, read from its files as they are asked for. */
export interface StoredImageSet extends ImageSet {
  /** What the store's writer said the images were made from. */
  readonly fingerprint?: string;
}

/** How {@link openImageStore} reads. */
export interface OpenImageStoreOptions {
  /** Bytes of grey levels to keep in memory, the least recently used going first; default 512 MiB. */
  readonly cacheBytes?: number;
}

/**
 * Opens the images that were written by {@link createImageStore}, as many as are whole at this moment.
 *
 * Every image is read where it lies in the file when it is first asked for, compared with its checksum, and kept in
 * memory as far as the cache allows. Nothing stays open.
 *
 * @throws ImageStoreError `missing` if the folder holds no store, `damaged` if its first line is; `pixels` and
 * `mask` reject with `damaged` for an image whose bytes are not those that were written
 */
export async function openImageStore(
  folder: string,
  options: OpenImageStoreOptions = {},
): Promise<StoredImageSet> {
  const { configuration, rows } = await readStoredRows('openImageStore', folder);
  const { height, width, masks, fingerprint } = configuration;
  const size = height * width;
  const read = async (file: 'pixels' | 'masks', index: number): Promise<Uint8Array> => {
    const row = rowAt(rows, file, index);
    const length = file === 'pixels' ? size * 2 : size;
    const bytes = await readAt(storePath(folder, file), index * length, length);
    if (bytes === undefined || crc32(bytes) !== row[file === 'pixels' ? 'pixels' : 'mask']) {
      const what = `the ${file} of image ${index} (${row.image.imageId}) are damaged`;
      throw new ImageStoreError('damaged', `${storePath(folder, file)}: ${what}`);
    }
    return bytes;
  };
  const kept = keepRecent(Math.floor((options.cacheBytes ?? 2 ** 29) / (size * 2)), (index) =>
    read('pixels', index).then((bytes) => new Uint16Array(bytes.buffer)),
  );
  return {
    height,
    width,
    images: rows.map((row) => row.image),
    pixels: kept,
    ...(masks && { mask: (index: number) => read('masks', index) }),
    ...(fingerprint !== undefined && { fingerprint }),
  };
}

/** Reads a store's rows; for a folder without a store, throws in the caller's name. */
export async function readStoredRows(caller: string, folder: string): Promise<StoredRows> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(storePath(folder, 'images'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const message = `${caller}: ${folder} must hold an image store, got no images.jsonl`;
    throw new ImageStoreError('missing', message);
  }
  return decodeRows(bytes, folder);
}

function rowAt(rows: readonly ImageStoreRow[], name: string, index: number): ImageStoreRow {
  const row = rows[index];
  if (row === undefined) {
    throw new RangeError(`${name}: index must lie in [0, ${rows.length}), got ${index}`);
  }
  return row;
}

/** Remembers the last `capacity` results of a reader; simultaneous calls share one reading, failures are forgotten. */
function keepRecent<T>(
  capacity: number,
  read: (index: number) => Promise<T>,
): (index: number) => Promise<T> {
  const kept = new Map<number, Promise<T>>();
  return (index) => {
    const known = kept.get(index);
    const result = known ?? read(index);
    kept.delete(index);
    kept.set(index, result); // last in the map's order: the most recent
    if (known === undefined) {
      result.catch(() => kept.delete(index));
      for (const oldest of kept.keys()) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
    }
    return result;
  };
}
