import { createHash } from 'node:crypto';
import type { ImageOutcome } from './chunk.ts';

/** What a chunk's file must be of. */
export interface ChunkIdentity {
  /** Name of the job: the digest of all that decides its results. */
  readonly job: string;
  readonly index: number;
  /** Number of its images. */
  readonly images: number;
}

/**
 * The file of a chunk's outcomes, in the order of its images: JSON Lines, the first of which states the job, the chunk, and the
 * SHA-256 of the others.
 *
 * @throws RangeError if there is not one outcome for each image
 */
export function encodeChunk(outcomes: readonly ImageOutcome[], identity: ChunkIdentity): string {
  if (outcomes.length !== identity.images) {
    throw new RangeError(
      `encodeChunk: there must be ${identity.images} outcomes, one for each image, got ${outcomes.length}`,
    );
  }
  const body = outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
  return headerOf(body, identity) + body;
}

/**
 * Reads what {@link encodeChunk} wrote.
 *
 * @returns nothing if a single bit of it is not as it was written, or it is another chunk's or another job's
 */
export function decodeChunk(
  bytes: Uint8Array,
  identity: ChunkIdentity,
): readonly ImageOutcome[] | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const body = text.slice(text.indexOf('\n') + 1);
  if (text !== headerOf(body, identity) + body) return undefined;
  const outcomes = body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ImageOutcome);
  return outcomes.length === identity.images ? outcomes : undefined;
}

function headerOf(body: string, { job, index, images }: ChunkIdentity): string {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${JSON.stringify({ format: 'mammo-jobs-chunk-1', job, chunk: index, images, sha256 })}\n`;
}
