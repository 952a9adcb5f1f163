import { isAbsolute, relative, resolve } from 'node:path';
import { isOperationName } from '../operations/operation.ts';
import { isS3, s3Location } from '../storage/s3-location.ts';
import type { ChunkReply, ChunkRequest, WorkerSetup } from '../workers/messages.ts';
import type { WorkerErrorCode } from '../workers/worker-error.ts';

/** What waits in the queue: a chunk, and all that a worker must know to do it. */
export interface QueueTask {
  readonly setup: WorkerSetup;
  readonly request: ChunkRequest;
}

/** What comes back: the queue itself need not know of failures. */
export type QueueReply =
  | { readonly reply: ChunkReply }
  | { readonly failure: { readonly code: WorkerErrorCode; readonly message: string } };

/**
 * Lets a task pass that does one of the command line's operations inside of the worker's roots: whoever may write into the queue may not have
 * workers load programs, nor read or write elsewhere.
 *
 * @throws RangeError for any other
 */
export function requireTask(value: unknown, roots: readonly string[]): QueueTask {
  const task = value as QueueTask;
  const name = task?.setup?.operation?.name;
  if (typeof name !== 'string' || !isOperationName(name)) {
    throw new RangeError(`queue: operation must be score, attack or preprocess, got ${name}`);
  }
  const images = task.request?.chunk?.images;
  if (!Array.isArray(images)) throw new RangeError('queue: a task must have a chunk of images');
  const outside = [
    task.setup.folder,
    ...images.map(({ path }) => path),
    ...pathsOf(task.setup.operation.settings),
  ].find((path) => typeof path !== 'string' || !roots.some((root) => isInside(path, root)));
  if (outside === undefined) return task;
  throw new RangeError(
    `queue: all paths must lie in ${roots.join(' or ')} (--root), got ${outside}`,
  );
}

function isInside(path: string, root: string): boolean {
  if (isS3(path) || isS3(root)) return isS3(path) && isS3(root) && isObjectInside(path, root);
  const inside = relative(root, resolve(path));
  return isAbsolute(path) && !inside.startsWith('..') && !isAbsolute(inside);
}

function isObjectInside(object: string, root: string): boolean {
  try {
    const [inner, outer] = [s3Location(object), s3Location(root)];
    return (
      inner.bucket === outer.bucket && `${inner.key}/`.startsWith(outer.key && `${outer.key}/`)
    );
  } catch {
    return false;
  }
}

/** Values named `path` or `cache`, at any depth. */
function pathsOf(settings: unknown): readonly unknown[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) =>
    key === 'path' || key === 'cache' ? [value] : pathsOf(value),
  );
}
