import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const sharedFolder: string = join(
  process.env.MAMMO_TEST_DATA ?? join(repository, '../shared/data'),
  'mammo-io',
);

/** Why tests of real files are skipped, or nothing. */
export const skipReason: string = existsSync(sharedFolder)
  ? ''
  : ' (skipped: ../shared/data is absent)';

export function readShared(path: string): Uint8Array {
  return readFileSync(join(sharedFolder, path));
}

export function readGoldens<Golden>(path: string): Golden {
  const empty = '{"data":{}}';
  return JSON.parse(skipReason ? empty : readFileSync(join(sharedFolder, path), 'utf8')) as Golden;
}

/** SHA-256 of the values as little-endian 16-bit words, as the goldens have it. */
export function sha256OfWords(values: Uint8Array | Uint16Array | Int16Array): string {
  const words = values instanceof Uint8Array ? Uint16Array.from(values) : values;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
