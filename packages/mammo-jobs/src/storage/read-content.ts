import { readFile } from 'node:fs/promises';
import { isS3, s3Location } from './s3-location.ts';
import { s3Objects } from './s3-objects.ts';

/**
 * The bytes of a file, or of an object `s3://BUCKET/KEY`.
 *
 * @throws the system's error, of code ENOENT if there is none
 * @throws StoreError if the object store fails
 */
export async function readContent(location: string): Promise<Uint8Array> {
  if (!isS3(location)) return readFile(location);
  const { bucket, key } = s3Location(location);
  const bytes = await s3Objects(bucket).read(key);
  if (bytes !== undefined) return bytes;
  throw Object.assign(new Error(`ENOENT: no such object, ${location}`), { code: 'ENOENT' });
}
