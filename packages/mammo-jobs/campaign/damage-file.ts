import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import type { randomStream } from '@mammo/mammo-io';

type Random = ReturnType<typeof randomStream>;

/** Flips one bit of a file where it lies. False if the file has gone. */
export async function flipBit(path: string, random: Random): Promise<boolean> {
  try {
    const bytes = await readFile(path);
    if (bytes.length === 0) return false;
    bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    await writeFile(path, bytes);
    return true;
  } catch {
    return false;
  }
}

/** Cuts a file at random, as a disk may that lost its power. False if the file has gone. */
export async function cutFile(path: string, random: Random): Promise<boolean> {
  try {
    const { size } = await stat(path);
    if (size === 0) return false;
    await truncate(path, random.integer(size));
    return true;
  } catch {
    return false;
  }
}
