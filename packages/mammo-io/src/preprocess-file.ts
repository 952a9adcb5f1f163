import { readFile } from 'node:fs/promises';
import { imageCacheKey, openImageCache } from './image-cache.ts';
import {
  type PreprocessedImage,
  type PreprocessOptions,
  preprocessMammogram,
} from './preprocess.ts';

/** A file to preprocess, as it is sent to a thread. */
export interface PreprocessTask {
  readonly kind: 'preprocess';
  readonly path: string;
  readonly options: PreprocessOptions;
  /** Folder of the cache. */
  readonly cache?: string;
}

const caches = new Map<string, ReturnType<typeof openImageCache>>();

/** Preprocesses a file, or takes what the cache has of its content. */
export async function preprocessFile({
  path,
  options,
  cache: folder,
}: PreprocessTask): Promise<PreprocessedImage> {
  const bytes = await readFile(path);
  if (folder === undefined) return preprocessMammogram(bytes, options);
  const opening = caches.get(folder) ?? openImageCache(folder);
  caches.set(folder, opening);
  const cache = await opening;
  const key = imageCacheKey(bytes, options);
  const kept = await cache.read(key);
  if (kept !== undefined) return kept;
  const image = await preprocessMammogram(bytes, options);
  await cache.write(key, image);
  return image;
}
