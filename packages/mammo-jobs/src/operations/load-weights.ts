import { createHash } from 'node:crypto';
import { readContent } from '../storage/read-content.ts';

/** A file of weights and what it must be. */
export interface WeightsFile {
  /** Or the address of an object, `s3://BUCKET/KEY`. */
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** SHA-256 of bytes, or of a text in UTF-8, as 64 hexadecimal digits. */
export function digestOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of a file as 64 hexadecimal digits. */
export async function digestFile(path: string): Promise<string> {
  return digestOf(await readContent(path));
}

/**
 * Reads weights that a job began with.
 *
 * @throws RangeError if the file is not, to the last bit, the one that the job began with
 */
export async function loadWeights({ path, sha256 }: WeightsFile): Promise<Uint8Array> {
  const bytes = await readContent(path);
  const found = digestOf(bytes);
  if (found === sha256) return bytes;
  throw new RangeError(
    `loadWeights: ${path} must be the file that the job began with, SHA-256 ${sha256}, got ${found}`,
  );
}
