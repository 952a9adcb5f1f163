/**
 * Where a job keeps its results: named blobs, written whole or not at all.
 *
 * Writing a key twice with the same bytes is harmless, which is all that exactly one result per image needs: a chunk's result
 * is a function of the chunk, and its key names the chunk. What is read must be what was written last; nothing else is asked of
 * the order in which keys appear.
 */
export interface Store {
  /** The bytes of a key, or nothing. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes under a key: whoever reads it sees all of them, or what was there before. */
  write(key: string, bytes: Uint8Array | string): Promise<void>;
  /** Keeps bytes under a key that has none; of many who try at once, one is told true. */
  create(key: string, bytes: Uint8Array | string): Promise<boolean>;
  /** The keys that begin with a prefix, which is empty or ends in `/`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Forgets a key; one that is not there is no error. */
  remove(key: string): Promise<void>;
}

/**
 * A module that can be a store, by its `file:` URL: `openStore` is called once in each process. What its functions throw ends the
 * job, unless it is a {@link StoreError} or has a code of the system such as ENOSPC: that is waited for.
 */
export interface StoreModule {
  /** Opens what the module keeps results in; takes no settings. */
  readonly openStore: () => Promise<Store>;
}

/**
 * A key of a {@link Store}, if it is one: parts of letters, digits, `.`, `_` and `-` between slashes, none of which begins with a
 * point, so that no key leads out of the store.
 *
 * @throws RangeError for any other text
 */
export function requireKey(key: string): string {
  if (/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(key)) return key;
  throw new RangeError(
    `store: key must be names of letters, digits, ".", "_" and "-" between slashes, got ${JSON.stringify(key)}`,
  );
}

/** Thrown where a store that is no folder fails: never an image's fault, and it may pass. */
export class StoreError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'StoreError';
  /** In the manner of the system's codes: waited for like ENOSPC. */
  readonly code = 'ESTORE';
}
