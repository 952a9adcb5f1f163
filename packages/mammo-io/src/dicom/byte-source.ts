import { inflateHead, inflateRaw } from './inflate.ts';

/** Bytes of a file: in memory, read piece by piece, or compressed. */
export interface ByteSource {
  /** How much of the file's beginning is worth reading at once. */
  readonly firstRead: number;
  /** What is read may lie in memory that someone else reads too. */
  readonly shared: boolean;
  /** The number of bytes. */
  size(): Promise<number>;
  /** The bytes from `start` to before `end`, or to the end of the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Larger than nearly every header, so that one read gets it. */
const HEADER_BYTES = 2 ** 17;
/** Larger than most headers: inflating more takes time. */
const INFLATED_HEADER_BYTES = 2 ** 14;

/** A file in memory: what is read is not copied. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    firstRead: Number.POSITIVE_INFINITY,
    shared: true,
    size: async () => bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  };
}

/** A file that is read where it lies: from disk (Node's `fs.openAsBlob`, a browser's file input) or the network. */
export function blobSource(blob: Blob): ByteSource {
  return {
    firstRead: HEADER_BYTES,
    shared: false,
    size: async () => blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

/** What raw deflated bytes hold: inflated whole only when more than a header is read. */
export function inflatedSource(deflated: Uint8Array): ByteSource {
  let inflating: Promise<Uint8Array> | undefined;
  const inflated = (): Promise<Uint8Array> => {
    inflating ??= inflateRaw(deflated);
    return inflating;
  };
  return {
    firstRead: INFLATED_HEADER_BYTES,
    shared: true,
    size: async () => (await inflated()).length,
    read: async (start, end) => {
      const head = start === 0 && inflating === undefined ? inflateHead(deflated, end) : undefined;
      return head ?? (await inflated()).subarray(start, end);
    },
  };
}
