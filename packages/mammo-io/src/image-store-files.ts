import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { CaseImage } from './case-image.ts';
import { ImageStoreError } from './image-store-error.ts';

/** What all images of a store have in common. */
export interface ImageStoreConfiguration {
  readonly height: number;
  readonly width: number;
  /** Whether each image has a mask. */
  readonly masks: boolean;
  /** Names what the images were made from. */
  readonly fingerprint?: string;
}

/** What the store knows of one image. */
export interface ImageStoreRow {
  readonly image: CaseImage;
  /** CRC-32 of the image's bytes. */
  readonly pixels: number;
  /** CRC-32 of the mask's bytes. */
  readonly mask?: number;
}

/** The rows file as far as it is whole. */
export interface StoredRows {
  readonly configuration: ImageStoreConfiguration;
  readonly rows: readonly ImageStoreRow[];
  /** Where each row ends in the file, bytes; first the configuration's line. */
  readonly ends: readonly number[];
}

export function storePath(folder: string, file: 'images' | 'pixels' | 'masks'): string {
  return join(folder, { images: 'images.jsonl', pixels: 'pixels.u16', masks: 'masks.u8' }[file]);
}

/** A line of the rows file: the checksum of the JSON text, then the text. */
export function encodeLine(value: ImageStoreConfiguration | ImageStoreRow): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

/** Reads lines up to the first that is not whole, as a process that was killed may have left one. */
export function decodeRows(bytes: Uint8Array, folder: string): StoredRows {
  const values: unknown[] = [];
  const ends: number[] = [];
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(10, start);
    const value = newline < 0 ? undefined : decodeLine(bytes.subarray(start, newline));
    if (value === undefined) break;
    values.push(value);
    start = newline + 1;
    ends.push(start);
  }
  const [configuration, ...rows] = values as [ImageStoreConfiguration?, ...ImageStoreRow[]];
  if (configuration === undefined) {
    throw new ImageStoreError(
      'damaged',
      `${storePath(folder, 'images')}: the first line is damaged`,
    );
  }
  return { configuration, rows, ends };
}

/** Reads a part of a file; undefined if the file ends before. */
export async function readAt(
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) return undefined;
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

function decodeLine(line: Uint8Array): unknown {
  const text = new TextDecoder().decode(line);
  const json = text.slice(9);
  if (text.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, '0')} `) return undefined;
  return JSON.parse(json);
}
