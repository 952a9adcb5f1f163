import { concatenateBytes } from '../bytes.ts';
import { type NodeZlib, nodeZlib } from '../deflate.ts';
import { ImageFileError, plainBytes } from '../image-file-error.ts';

/** The most bytes that a deflated data set may grow to: pixels of 2^28 samples and their header. */
const MAX_BYTES = 2 ** 29 + 2 ** 24;
const CHUNK_BYTES = 2 ** 20;

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
