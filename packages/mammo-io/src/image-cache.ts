import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  PREPROCESSING_VERSION,
  type PreprocessedImage,
  type PreprocessOptions,
} from './preprocess.ts';
import { UNFINISHED, writeWhole } from './write-whole.ts';

/** Preprocessed images on disk. */
export interface ImageCache {
  /** The image of a key, or nothing if it is not there or its file is damaged; a damaged file is removed. */
  read(key: string): Promise<PreprocessedImage | undefined>;
  /** Keeps an image under a key: whole or not at all, whatever happens to the process. */
  write(key: string, image: PreprocessedImage): Promise<void>;
}

const STALE_MS = 3_600_000;

/** All options, in an order of their own. */
const PARAMETERS = Object.keys({
  height: true,
  width: true,
  bitsStored: true,
  frame: true,
  policy: true,
  canvas: true,
  fill: true,
  chestWall: true,
  crop: true,
} satisfies Record<keyof PreprocessOptions, true>) as (keyof PreprocessOptions)[];

/**
 * The key of a preprocessed image: SHA-256 of the file's bytes, the options, and the version of the preprocessing, so that
 * neither a changed file nor another size is ever taken for what was kept.
 *
 * @returns 64 hexadecimal digits
 */
export function imageCacheKey(bytes: Uint8Array, options: PreprocessOptions): string {
  const values = PARAMETERS.map((name) => options[name] ?? null);
  const parameters = JSON.stringify([PREPROCESSING_VERSION, ...values]);
  return createHash('sha256').update(parameters).update('\0').update(bytes).digest('hex');
}

/**
 * Opens a folder of preprocessed images, each in a file of its own with a checksum.
 *
 * Any number of processes may use it at once. A file is written beside its place and renamed into it when it is whole, so
 * that a reader finds the whole image or none; two processes that write one key write the same. What a killed process left unfinished is
 * removed an hour later. The folder may be deleted at any time.
 *
 * @param folder - created if it does not exist
 */
export async function openImageCache(folder: string): Promise<ImageCache> {
  await mkdir(folder, { recursive: true });
  await removeStale(folder);
  const place = (key: string): string => join(folder, key.slice(0, 2), `${requireKey(key)}.image`);
  return {
    read: async (key) => {
      const path = place(key);
      const bytes = await readFile(path).catch(() => undefined);
      const image = bytes && decodeImage(bytes);
      if (bytes && !image) await rm(path, { force: true });
      return image;
    },
    write: (key, image) => writeWhole(place(key), encodeImage(image)),
  };
}

/** A line of JSON with the checksum of the rest, then the pixels as little-endian words. */
function encodeImage({ pixels, ...facts }: PreprocessedImage): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const json = JSON.stringify(facts);
  const header = Buffer.from(`${checksum(json, bytes)} ${json}\n`);
  return Buffer.concat([header, bytes]);
}

function decodeImage(file: Uint8Array): PreprocessedImage | undefined {
  const end = file.indexOf(10);
  const header = new TextDecoder().decode(file.subarray(0, Math.max(0, end)));
  const json = header.slice(9);
  const bytes = new Uint8Array(file.subarray(end + 1)); // copied: words must be aligned
  if (end < 0 || header.slice(0, 9) !== `${checksum(json, bytes)} `) return undefined;
  const facts = JSON.parse(json) as Omit<PreprocessedImage, 'pixels'>;
  return { ...facts, pixels: new Uint16Array(bytes.buffer) };
}

function checksum(json: string, bytes: Uint8Array): string {
  return crc32(bytes, crc32(json)).toString(16).padStart(8, '0');
}

async function removeStale(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith(UNFINISHED))) {
    const path = join(folder, name);
    const written = await stat(path).catch(() => undefined); // another process may have finished it
    if (written && Date.now() - written.mtimeMs > STALE_MS) await rm(path, { force: true });
  }
}

function requireKey(key: string): string {
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new RangeError(
    `image cache: key must be 64 hexadecimal digits, got ${JSON.stringify(key)}`,
  );
}
