import { concatenateBytes } from '../bytes.ts';
import { ImageFileError, plainBytes } from '../image-file-error.ts';
import { type NodeZlib, nodeZlib } from '../node-builtins.ts';

/** The most bytes that a deflated data set may grow to: pixels of 2^28 samples and their header. */
const MAX_BYTES = 2 ** 29 + 2 ** 24;
const CHUNK_BYTES = 2 ** 20;
/** Heads beyond this are not worth inflating twice. */
const MAX_HEAD_BYTES = 2 ** 17;
/** Bytes that cannot be compressed are stored, behind five more bytes for every 65,535. */
const STORED_BLOCK_HEADERS = 64;

/**
 * Inflates a raw deflate stream: by zlib in Node, by the platform's DecompressionStream elsewhere. One byte of padding after the
 * end of the stream, which DICOM adds to make the length even, is let pass.
 *
 * @throws ImageFileError if the stream is damaged, truncated, or inflates beyond 0.5 GiB
 * @see RFC 1951; DICOM PS3.5 annex A.5
 */
export async function inflateRaw(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const zlib = nodeZlib();
    return zlib === undefined ? await decompress(bytes) : inflateByZlib(zlib, bytes);
  } catch (error) {
    if (error instanceof ImageFileError || bytes.at(-1) !== 0) throw asImageFileError(error);
  }
  return await decompress(bytes.subarray(0, -1)).catch((error) => {
    throw asImageFileError(error);
  });
}

/**
 * The first `length` bytes of what a raw deflate stream holds, from its beginning alone; nothing where that cannot be had: in
 * browsers, from short streams and from damaged ones.
 */
export function inflateHead(bytes: Uint8Array, length: number): Uint8Array | undefined {
  const zlib = nodeZlib();
  if (zlib === undefined || length > MAX_HEAD_BYTES || length >= bytes.length) return undefined;
  try {
    const head = zlib.inflateRawSync(bytes.subarray(0, length + STORED_BLOCK_HEADERS), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      maxOutputLength: MAX_BYTES,
    });
    return head.length < length ? undefined : plainBytes('inflateHead', head.subarray(0, length));
  } catch {
    return undefined;
  }
}

function inflateByZlib(zlib: NodeZlib, bytes: Uint8Array): Uint8Array {
  try {
    const limits = { maxOutputLength: MAX_BYTES, chunkSize: CHUNK_BYTES };
    return plainBytes('inflateRaw', zlib.inflateRawSync(bytes, limits));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw error;
  }
}

async function decompress(bytes: Uint8Array): Promise<Uint8Array> {
  const input = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = input.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatenateBytes(chunks);
    chunks.push(value);
    length += value.length;
    if (length <= MAX_BYTES) continue;
    await reader.cancel();
    throw tooLarge();
  }
}

function tooLarge(): ImageFileError {
  return new ImageFileError('too-large', `the deflated data set is larger than ${MAX_BYTES} bytes`);
}

function asImageFileError(error: unknown): ImageFileError {
  if (error instanceof ImageFileError) return error;
  return new ImageFileError('invalid', 'the deflated data set is damaged or truncated', {
    cause: error,
  });
}
