import { s3Location } from './s3-location.ts';
import { s3Objects } from './s3-objects.ts';
import { requireKey, type Store } from './store.ts';

/**
 * A store in a bucket of an S3-compatible server. An object is written whole or not at all, and whoever reads it after that sees
 * it, as Amazon promises; the server must know conditional writes (`If-None-Match`).
 *
 * @param location - `s3://BUCKET/PREFIX`
 * @throws RangeError if the location is no such text
 */
export function s3Store(location: string): Store {
  const { bucket, key: prefix } = s3Location(location);
  const objects = s3Objects(bucket);
  const inside = prefix === '' ? '' : `${prefix}/`;
  const place = (key: string): string => inside + requireKey(key);
  return {
    read: (key) => objects.read(place(key)),
    write: (key, bytes) => objects.write(place(key), bytes),
    create: (key, bytes) => objects.create(place(key), bytes),
    list: async (start) => {
      const keys = await objects.list(inside + start);
      return keys.map((key) => key.slice(inside.length)).sort();
    },
    remove: (key) => objects.remove(place(key)),
  };
}
