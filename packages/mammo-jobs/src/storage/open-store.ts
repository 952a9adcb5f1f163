import { isAbsolute } from 'node:path';
import { folderStore } from './folder-store.ts';
import { isS3 } from './s3-location.ts';
import { s3Store } from './s3-store.ts';
import type { Store, StoreModule } from './store.ts';

/** Whether a job's location is a folder of the file system. */
export function isFolder(location: string): boolean {
  return !isS3(location) && (isAbsolute(location) || !location.startsWith('file:'));
}

/**
 * Opens the store of a job.
 *
 * @param location - a folder, `s3://BUCKET/PREFIX`, or the `file:` URL of a {@link StoreModule}
 */
export async function openStore(location: string): Promise<Store> {
  if (isS3(location)) return s3Store(location);
  if (isFolder(location)) return folderStore(location);
  const { openStore: open } = (await import(location)) as StoreModule;
  return open();
}
