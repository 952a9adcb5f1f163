/** Bytes of a file, in memory or read piece by piece. */
export interface ByteSource {
  readonly size: number;
  /** How much of the file's beginning is worth reading at once. */
  readonly firstRead: number;
  /** The bytes from `start` to before `end`, both within the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Larger than nearly every header, so that one read gets it. */
const HEADER_BYTES = 2 ** 17;

/** A file in memory: what is read is not copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const { length } = bytes;
  return {
    size: length,
    firstRead: length,
    read: async (start, end) => bytes.subarray(start, end),
  };
}

/** A file that is read where it lies: from disk (Node's `fs.openAsBlob`, a browser's file input) or the network. */
export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    firstRead: Math.min(HEADER_BYTES, blob.size),
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
