import { type FileHandle, mkdir, open, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { CaseImage } from './case-image.ts';
import { readStoredRows } from './image-store.ts';
import { ImageStoreError } from './image-store-error.ts';
import {
  encodeLine,
  type ImageStoreConfiguration,
  type ImageStoreRow,
  type StoredRows,
  storePath,
} from './image-store-files.ts';

/** What a new image store holds; see {@link createImageStore}. */
export interface ImageStoreOptions {
  /** Rows of every image. */
  readonly height: number;
  /** Columns of every image. */
  readonly width: number;
  /** Whether every image comes with a mask; default false. */
  readonly masks?: boolean;
  /** Names what the images are made from, so that no other is continued by mistake; `PhantomPlan` has one. */
  readonly fingerprint?: string;
}

/** Appends images to a store. */
export interface ImageStoreWriter {
  /** The images that the store holds, those from before included. */
  readonly images: readonly CaseImage[];
  /**
   * Appends an image; calls may overlap and are carried out in their order. Once it is resolved, a kill of the process
   * does not lose the image.
   *
   * @param pixels - height × width grey levels, 0..65535
   * @param mask - height × width zeros and ones, if and only if the store has masks
   */
  append(image: CaseImage, pixels: Uint16Array, mask?: Uint8Array): Promise<void>;
  /** Closes the files after the last `append`, flushed to the disk. */
  close(): Promise<void>;
}

/**
 * Creates a file-backed store of images, or continues one after its last whole image.
 *
 * The folder gets `pixels.u16` (little-endian grey levels, one image after the other), `masks.u8`, and
 * `images.jsonl`, whose rows commit the images: a row with its checksum is written after the image's pixels, and what
 * a killed process left beyond the last whole row is overwritten. One process may write at a time; any number may read
 * by {@link openImageStore}.
 *
 * @param folder - created if it does not exist
 * @throws ImageStoreError `mismatch` if the folder holds a store of another configuration
 * @throws RangeError if height or width is not a positive integer
 */
export async function createImageStore(
  folder: string,
  options: ImageStoreOptions,
): Promise<ImageStoreWriter> {
  const { height, width, masks = false, fingerprint } = options;
  for (const [name, value] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`createImageStore: ${name} must be a positive integer, got ${value}`);
    }
  }
  const configuration = {
    height,
    width,
    masks,
    ...(fingerprint !== undefined && { fingerprint }),
  };
  await mkdir(folder, { recursive: true });
  const stored = await continueOrStart(folder, configuration);
  const files = {
    images: await open(storePath(folder, 'images'), 'r+'),
    pixels: await open(storePath(folder, 'pixels'), 'r+'),
    ...(masks && { masks: await open(storePath(folder, 'masks'), 'r+') }),
  };
  return new StoreWriter(files, configuration, stored);
}

interface StoreFiles {
  readonly images: FileHandle;
  readonly pixels: FileHandle;
  readonly masks?: FileHandle;
}

class StoreWriter implements ImageStoreWriter {
  readonly #files: StoreFiles;
  readonly #configuration: ImageStoreConfiguration;
  readonly #images: CaseImage[];
  readonly #ids: Set<string>;
  #end: number;
  #last: Promise<void> = Promise.resolve();

  constructor(files: StoreFiles, configuration: ImageStoreConfiguration, stored: StoredRows) {
    this.#files = files;
    this.#configuration = configuration;
    this.#images = stored.rows.map((row) => row.image);
    this.#ids = new Set(this.#images.map((image) => image.imageId));
    this.#end = stored.ends.at(-1) ?? 0;
  }

  get images(): readonly CaseImage[] {
    return this.#images;
  }

  append(image: CaseImage, pixels: Uint16Array, mask?: Uint8Array): Promise<void> {
    const written = this.#last.then(() => this.#write(image, pixels, mask));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    for (const file of Object.values(this.#files)) {
      await file.datasync();
      await file.close();
    }
  }

  async #write(image: CaseImage, pixels: Uint16Array, mask?: Uint8Array): Promise<void> {
    this.#check(image, pixels, mask);
    const index = this.#images.length;
    const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    const row: ImageStoreRow = { image, pixels: crc32(bytes), ...(mask && { mask: crc32(mask) }) };
    await writeAt(this.#files.pixels, bytes, index * bytes.length);
    if (mask && this.#files.masks) await writeAt(this.#files.masks, mask, index * mask.length);
    const line = new TextEncoder().encode(encodeLine(row));
    await writeAt(this.#files.images, line, this.#end);
    this.#end += line.length;
    this.#images.push(image);
    this.#ids.add(image.imageId);
  }

  #check(image: CaseImage, pixels: Uint16Array, mask: Uint8Array | undefined): void {
    const { height, width, masks } = this.#configuration;
    if (this.#ids.has(image.imageId)) {
      throw new RangeError(`append: imageId must be new to the store, got ${image.imageId}`);
    }
    if (pixels.length !== height * width) {
      throw new RangeError(
        `append: pixels must have ${height} × ${width} values, got ${pixels.length}`,
      );
    }
    const expected = masks ? height * width : undefined;
    if (mask?.length !== expected) {
      throw new RangeError(
        `append: mask must ${masks ? `have ${height} × ${width} values` : 'be absent'}, got ${mask?.length}`,
      );
    }
  }
}

async function continueOrStart(
  folder: string,
  configuration: ImageStoreConfiguration,
): Promise<StoredRows> {
  try {
    return await continueStore(folder, configuration);
  } catch (error) {
    if (!(error instanceof ImageStoreError && error.code === 'missing')) throw error;
    return startStore(folder, configuration);
  }
}

async function startStore(
  folder: string,
  configuration: ImageStoreConfiguration,
): Promise<StoredRows> {
  await writeFile(storePath(folder, 'pixels'), '');
  if (configuration.masks) await writeFile(storePath(folder, 'masks'), '');
  const images = storePath(folder, 'images');
  const line = encodeLine(configuration);
  await writeFile(`${images}.new`, line);
  await rename(`${images}.new`, images); // a store begins with a whole first line or not at all
  return { configuration, rows: [], ends: [Buffer.byteLength(line)] };
}

/** Cuts the files after the last image of which row, pixels and mask are whole. */
async function continueStore(
  folder: string,
  configuration: ImageStoreConfiguration,
): Promise<StoredRows> {
  const stored = await readStoredRows('createImageStore', folder);
  checkSame(folder, stored.configuration, configuration);
  const size = configuration.height * configuration.width;
  const count = Math.min(
    stored.rows.length,
    Math.floor((await fileSize(storePath(folder, 'pixels'))) / (size * 2)),
    configuration.masks
      ? Math.floor((await fileSize(storePath(folder, 'masks'))) / size)
      : stored.rows.length,
  );
  const ends = stored.ends.slice(0, count + 1);
  await truncate(storePath(folder, 'images'), ends.at(-1));
  await truncate(storePath(folder, 'pixels'), count * size * 2);
  if (configuration.masks) await truncate(storePath(folder, 'masks'), count * size);
  return { configuration, rows: stored.rows.slice(0, count), ends };
}

function checkSame(
  folder: string,
  stored: ImageStoreConfiguration,
  wanted: ImageStoreConfiguration,
): void {
  const differences = (['height', 'width', 'masks', 'fingerprint'] as const)
    .filter((name) => stored[name] !== wanted[name])
    .map((name) => `${name} must be ${stored[name]}, got ${wanted[name]}`);
  if (differences.length > 0) {
    throw new ImageStoreError(
      'mismatch',
      `createImageStore: ${folder} holds images of another configuration: ${differences.join('; ')}`,
    );
  }
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    throw new ImageStoreError('damaged', `createImageStore: ${path} must be a file, found none`);
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
