import { digestOf } from './load-weights.ts';

/**
 * The name of an image's file in a store, told from its identifier: the readable part of it, and 16 digits of its SHA-256, so that
 * no identifier, whatever its characters, names another image's file or one outside of the store.
 */
export function imageName(imageId: string): string {
  const readable = imageId.replace(/[^\w-]+/g, '_').slice(-60);
  return `${readable}-${digestOf(imageId).slice(0, 16)}`;
}
